import { Signer } from "@aws-sdk/rds-signer";
import type { DatabaseAccess } from "../../contract";

/**
 * Makes IAM tokens for logging in: signed locally with the function's own credentials, so there is no
 * password to keep and no endpoint to call. Each is valid for 15 minutes of connecting.
 */
export function iamToken({ host, port, user }: DatabaseAccess): () => Promise<string> {
  const signer = new Signer({ hostname: host, port, username: user });
  return () => signer.getAuthToken();
}
