// The args of the database: a part of the table of edp-monitor-table.ts.
import { runtimeRole } from "../../functions/contract";
import { flag, isText, isWhole, text, whole } from "./arg";
import { certificatesBytes, isCertificates } from "./certificates";

// What AWS allows of user, password and storage, where it is stricter than we are:
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
const reservedUsers = [
  ...["admin", "all", "default", "group", "none", "public", "rdsadmin", "select", "table", "user"],
  runtimeRole,
];
const majorVersion = /^(1[7-9]|[2-9]\d)$/;

export const databaseArgs = {
  dbUser: {
    kind: "text",
    default: "edp",
    summary: "master user of the database, used only by the migration",
    holds: (value: unknown) =>
      isText(value, /^[a-z][a-z0-9_]{0,15}$/) &&
      !/^(pg|rds)_/.test(value) &&
      !reservedUsers.includes(value),
    allowed: `1 to 16 lower-case letters, digits and underscores, beginning with a letter, and no reserved name such as ${runtimeRole}`,
    example: "edp",
  },
  dbPassword: {
    kind: "secret",
    isInput: true,
    otherwise: "generated",
    summary: "password of the master user: `pulumi config set --secret dbPassword`",
    holds: (value: unknown) => isText(value, /^[!-~]{8,128}$/) && !/[/"@]/.test(value),
    allowed: '8 to 128 printable ASCII characters without /, ", @ and space',
    example: undefined,
  },
  dbInstanceClass: text(
    /^db\.[a-z0-9-]+\.[a-z0-9-]+$/,
    "an instance class of RDS",
    "db.t4g.small",
    {
      default: "db.t4g.small",
      summary: "instance class of the database; a micro is too small for IAM authentication",
    },
  ),
  dbAllocatedStorage: whole(
    [20, 65_536],
    { kind: "number", default: 20, summary: "GiB of storage at the start (gp3)" },
    { unit: "GiB" },
  ),
  dbMaxAllocatedStorage: {
    kind: "number",
    default: 100,
    summary: "GiB that the storage may grow to by itself; 0 for no growth",
    holds: (value: unknown) => value === 0 || isWhole(value, 22, 65_536),
    allowed: "a whole number from 22 to 65536 (GiB), or 0 for no growth",
    example: 100,
  },
  dbMultiAz: flag({
    default: false,
    summary: "a standby in a second zone takes over when the database fails",
  }),
  dbDeletionProtection: flag({
    default: true,
    summary:
      "RDS refuses to delete the database, and Pulumi to delete it, the queues, the bus and the topics; see [destroying](#destroying)",
  }),
  dbBackupRetentionDays: whole([1, 35], {
    kind: "number",
    default: 7,
    summary: "days that automatic backups are kept",
  }),
  dbEngineVersion: {
    // RDS takes minor versions away, and upgrades a database to another one even where that is switched
    // off: a pinned one fails one day, at going back. The major one goes along.
    kind: "text",
    default: "17",
    summary: "major version of PostgreSQL",
    holds: (value: unknown) => isText(value, majorVersion),
    allowed: "a major version of PostgreSQL from 17 on, such as 17",
    example: "17",
    about: (value: unknown) =>
      majorOf(value) === undefined
        ? undefined
        : "a minor version, which RDS upgrades by itself, so that a later pulumi up would fail at going back to it",
    meant: majorOf,
  },
  dbLogExports: flag({
    default: false,
    summary: "the database's logs go to CloudWatch too, billed by the GB",
  }),
  dbPerformanceInsights: flag({
    default: false,
    summary: "RDS samples the database's load, and keeps it for seven days",
  }),
  dbCertificates: {
    kind: "text",
    otherwise: "none",
    summary:
      "PEM text to trust for the database in [regions that need it](docs/operating.md#regions-and-certificates): " +
      "`pulumi config set --plaintext dbCertificates < bundle.pem`",
    holds: isCertificates,
    allowed: `PEM text of certificates and of nothing else, of ${certificatesBytes} bytes at most`,
    file: "eu-west-1-bundle.pem",
    // Pages of it, or a key that should not be seen.
    shown: (value: unknown) =>
      typeof value === "string" ? `a text of ${Buffer.byteLength(value)} bytes` : undefined,
  },
} as const;

/** The major version of a minor one. */
function majorOf(value: unknown): string | undefined {
  const [major, minor] = typeof value === "string" ? value.split(".", 2) : [];
  return minor !== undefined && isText(major, majorVersion) ? major : undefined;
}
