import { runtimeRole } from "../functions/contract";
import { canonicalRange, isAddressRange } from "./address-range";
import { bucketOf, isBucketName, otherThanBucket } from "./bucket-name";
import { certificatesBytes, isCertificates } from "./certificates";
import type { EdpMonitorArgs } from "./edp-monitor-args";
import { isSecondKindOfBus, parseEventBusName } from "./event-bus-name";
import { meantIgnorePrefixes, problemOfIgnorePrefixes } from "./ignore-prefixes";
import { allowedTags, problemOfTags, tagsThatCanStay } from "./tags";

/** What one arg may be. */
export interface Limit {
  readonly arg: keyof EdpMonitorArgs;
  readonly holds: (value: unknown) => boolean;
  /** Follows "allowed is". */
  readonly allowed: string;
  /** A value that holds; undefined: leaving the arg out mends it. */
  readonly example?: unknown;
  /** A file that has such a value, where it is too long for an example. */
  readonly file?: string;
  /** A value got as an error shows it, where it is not to be seen whole. */
  readonly shown?: (value: unknown) => string | undefined;
  /** What a value got is, where that explains why it does not hold; follows it, after a comma. */
  readonly about?: (value: unknown) => string | undefined;
  /** What a value got was probably meant to be: an example better than the example. */
  readonly meant?: (value: unknown) => unknown;
}

// What AWS allows, where it is stricter than we are:
// RDS's user, password, storage https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
// CloudWatch's retention https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];
const reservedUsers = [
  ...["admin", "all", "default", "group", "none", "public", "rdsadmin", "select", "table", "user"],
  runtimeRole,
];
const majorVersion = /^(1[7-9]|[2-9]\d)$/;
const ignorePrefixesBytes = 2000; // a Lambda's environment holds 4 KB in all

export const exampleVpc = "vpc-0123456789abcdef0";
export const exampleSubnets = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"];

/** Every arg that can be wrong by itself, in the order of the args. */
export const limits: readonly Limit[] = [
  {
    arg: "bucketName",
    holds: isBucketName,
    allowed:
      "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens " +
      "(before March 2018 also capitals, underscores, and up to 255 characters)",
    example: "my-bucket",
    about: otherThanBucket,
    meant: bucketOf,
  },
  text("vpcId", /^vpc-[0-9a-z-]+$/, "the id of a VPC", exampleVpc),
  {
    arg: "subnetIds",
    holds: (value) =>
      Array.isArray(value) &&
      new Set(value).size >= 2 &&
      value.every((id) => typeof id !== "string" || /^subnet-[0-9a-z-]+$/.test(id)),
    allowed: "the ids of two private subnets or more, in different availability zones",
    example: exampleSubnets,
  },
  text("securityGroupId", /^sg-[0-9a-z-]+$/, "the id of a security group", "sg-0123456789abcdef0"),
  {
    arg: "availabilityZones",
    holds: (value) =>
      Array.isArray(value) &&
      [2, 3].includes(value.length) &&
      new Set(value).size === value.length &&
      value.every((zone) => isText(zone, /^[a-z0-9-]+[a-z]$/)),
    allowed: "the names of two or three availability zones",
    example: undefined, // the first two of the region are right everywhere
  },
  {
    arg: "vpcCidrBlock",
    holds: isAddressRange,
    allowed: "an address range from /16 to /24, such as 10.0.0.0/16",
    example: "10.0.0.0/16",
    about: (value) => {
      const canonical = canonicalRange(value);
      return canonical === undefined ? undefined : `an address in ${canonical}`;
    },
    meant: canonicalRange,
  },
  {
    arg: "bucketIgnorePrefixes",
    holds: (value) =>
      typeof value === "string" &&
      Buffer.byteLength(value) <= ignorePrefixesBytes &&
      problemOfIgnorePrefixes(value) === undefined,
    allowed: `a list of patterns such as "raw/*, scratch/*", of ${ignorePrefixesBytes} bytes at most, none of which ignores every key`,
    example: "raw/*, scratch/*",
    about: problemOfIgnorePrefixes,
    meant: meantIgnorePrefixes,
  },
  whole("bucketPrefixDepth", 0, 20, 2),
  whole("bucketThresholdDuration", 1, 604_800, 300, "seconds"),
  whole("bucketThresholdEventCount", 1, 1_000_000, 20),
  whole("bucketThresholdMaxAge", 1, 604_800, 3600, "seconds"),
  {
    arg: "dbUser",
    holds: (value) =>
      isText(value, /^[a-z][a-z0-9_]{0,15}$/) &&
      !/^(pg|rds)_/.test(value) &&
      !reservedUsers.includes(value),
    allowed: `1 to 16 lower-case letters, digits and underscores, beginning with a letter, and no reserved name such as ${runtimeRole}`,
    example: "edp",
  },
  {
    arg: "dbPassword",
    holds: (value) => isText(value, /^[!-~]{8,128}$/) && !/[/"@]/.test(value),
    allowed: '8 to 128 printable ASCII characters without /, ", @ and space',
    example: undefined,
  },
  text(
    "dbInstanceClass",
    /^db\.[a-z0-9-]+\.[a-z0-9-]+$/,
    "an instance class of RDS",
    "db.t4g.small",
  ),
  whole("dbAllocatedStorage", 20, 65_536, 20, "GiB"),
  {
    arg: "dbMaxAllocatedStorage",
    holds: (value) => value === 0 || isWhole(value, 22, 65_536),
    allowed: "a whole number from 22 to 65536 (GiB), or 0 for no growth",
    example: 100,
  },
  flag("dbMultiAz", false),
  flag("dbDeletionProtection", true),
  whole("dbBackupRetentionDays", 1, 35, 7),
  {
    // RDS takes minor versions away, and upgrades a database to another one even where that is switched
    // off: a pinned one fails one day, at going back. The major one goes along.
    arg: "dbEngineVersion",
    holds: (value) => isText(value, majorVersion),
    allowed: "a major version of PostgreSQL from 17 on, such as 17",
    example: "17",
    about: (value) =>
      majorOf(value) === undefined
        ? undefined
        : "a minor version, which RDS upgrades by itself, so that a later pulumi up would fail at going back to it",
    meant: majorOf,
  },
  flag("dbLogExports", false),
  flag("dbPerformanceInsights", false),
  {
    arg: "dbCertificates",
    holds: isCertificates,
    allowed: `PEM text of certificates and of nothing else, of ${certificatesBytes} bytes at most`,
    file: "eu-west-1-bundle.pem",
    // Pages of it, or a key that should not be seen.
    shown: (value) =>
      typeof value === "string" ? `a text of ${Buffer.byteLength(value)} bytes` : undefined,
  },
  {
    arg: "eventBusName",
    holds: (value) => typeof value === "string" && parseEventBusName(value) !== undefined,
    allowed: "the name or ARN of an event bus of this account and region",
    example: "my-bus",
    about: (value) =>
      typeof value === "string" && isSecondKindOfBus(value)
        ? "a bus of the second kind (event-busv2), which Pulumi's AWS provider cannot make rules on"
        : undefined,
  },
  text(
    "topicKmsKeyArn",
    /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
    "the ARN of a KMS key whose policy admits events.amazonaws.com",
    "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
  ),
  text(
    "alarmTopicArn",
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    "the ARN of an SNS topic of this account and region",
    "arn:aws:sns:eu-west-1:123456789012:alarms",
  ),
  text("alarmEmail", /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address", "lab@example.com"),
  // A message is kept for 14 days, as a dead letter too, and has to be known when it is sent back at the
  // end of them, and tried for a day or two: with some to spare for clocks and days that are not exact.
  whole("ledgerRetentionDays", 20, 3650, 30),
  {
    arg: "logRetentionDays",
    holds: (value) => logRetentionDays.includes(value as number),
    allowed: `one of ${logRetentionDays.join(", ")}`,
    example: 30,
  },
  text(
    "permissionsBoundaryArn",
    /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/([!-.0-~]+\/)*[\w+=,.@-]{1,128}$/,
    "the ARN of a managed policy",
    "arn:aws:iam::123456789012:policy/boundary",
  ),
  flag("enableBucketNotifications", false),
  {
    arg: "tags",
    holds: (value) => problemOfTags(value) === undefined,
    allowed: allowedTags,
    example: { team: "genomics" },
    about: problemOfTags,
    meant: tagsThatCanStay,
  },
];

function whole(
  arg: keyof EdpMonitorArgs,
  least: number,
  most: number,
  example: number,
  unit?: string,
): Limit {
  return {
    arg,
    holds: (value) => isWhole(value, least, most),
    allowed: `a whole number from ${least} to ${most}${unit === undefined ? "" : ` (${unit})`}`,
    example,
  };
}

function text(arg: keyof EdpMonitorArgs, form: RegExp, allowed: string, example: string): Limit {
  return {
    arg,
    holds: (value) => isText(value, form),
    allowed: `${allowed}, such as ${example}`,
    example,
  };
}

function flag(arg: keyof EdpMonitorArgs, example: boolean): Limit {
  return {
    arg,
    holds: (value) => typeof value === "boolean",
    allowed: "true or false",
    example,
  };
}

/** The major version of a minor one. */
function majorOf(value: unknown): string | undefined {
  const [major, minor] = typeof value === "string" ? value.split(".", 2) : [];
  return minor !== undefined && isText(major, majorVersion) ? major : undefined;
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
