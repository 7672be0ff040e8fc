import * as pulumi from "@pulumi/pulumi";

/**
 * A mistake of the user's, told in its own words, without a stack and once: the SDK reports an error
 * once however many resources it keeps from being made, but writes `error serializing property "…"`
 * before its message at each of them (runtime/rpc.js), seventeen times for a bucket's name. Hence a
 * message that stays as it is.
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
  }
}

/** Why a look-up failed: the provider's own words, in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/\s+/g, " ")
    .replace(/^.*?errors? occurred: \* /, "")
    .trim();
}
