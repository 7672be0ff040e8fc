import { isTransient } from "../database";

/** SQLSTATEs of a refused login: invalid_authorization_specification, invalid_password. */
const refusedStates = new Set(["28000", "28P01"]);

/** Whether the way of logging in was refused: a member of rds_iam has to bring a token. */
export function isPasswordRefused(error: unknown): boolean {
  return refusedStates.has(String((error as { code?: unknown }).code));
}

/** A new server refuses connections at first, and a changed password takes a while to be known. */
export function canLogInLater(error: unknown): boolean {
  return isTransient(error) || isPasswordRefused(error);
}
