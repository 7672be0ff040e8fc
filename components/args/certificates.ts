// Which certificates the Lambdas trust for the database, and what a user may add.
import { X509Certificate } from "node:crypto";
import { regionsOfCertificates } from "../../functions/contract";

/** The bundle of all regions has 160 KB; a Lambda's code may have 50 MB, its own is below one. */
export const certificatesBytes = 300_000;

const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/** Whether a value is PEM text of certificates, one or more, and of nothing else. */
export function isCertificates(value: unknown): value is string {
  if (typeof value !== "string" || Buffer.byteLength(value) > certificatesBytes) return false;
  const blocks = [...value.matchAll(block)];
  return (
    blocks.length > 0 &&
    !value.replace(block, "").includes("-----") &&
    blocks.every(([pem, kind]) => kind === "CERTIFICATE" && isCertificate(pem))
  );
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== "";
  } catch {
    return false;
  }
}

/**
 * What to say of a region whose RDS authorities the bundles do not carry. A warning, and no error: what
 * Lambda's own file of authorities has there is not documented, and it may be enough.
 */
export function certificatesWarning(region: string): string | undefined {
  if (regionsOfCertificates.includes(region)) return undefined;
  const file = `${region}-bundle.pem`;
  return (
    `the Lambdas do not carry RDS's certificates for ${region}, and may not be able to connect to the database: ` +
    `curl -O ${bundlesOf(region)}/${region}/${file} && pulumi config set --plaintext dbCertificates < ${file}`
  );
}

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 * https://docs.amazonaws.cn/en_us/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
function bundlesOf(region: string): string {
  if (region.startsWith("cn-")) return "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn";
  if (region.startsWith("us-gov-")) return "https://truststore.pki.us-gov-west-1.rds.amazonaws.com";
  return "https://truststore.pki.rds.amazonaws.com";
}
