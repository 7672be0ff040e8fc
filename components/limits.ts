import { runtimeRole } from "../functions/contract";
import type { EdpMonitorArgs } from "./edp-monitor-args";
import { parseEventBusName } from "./event-bus-name";

/** What one arg may be. */
export interface Limit {
  readonly arg: keyof EdpMonitorArgs;
  readonly holds: (value: unknown) => boolean;
  /** Follows "allowed is". */
  readonly allowed: string;
  /** Follows "pulumi config": what mends it. */
  readonly mend: string;
}

// What AWS allows, where it is stricter than we are:
// S3 names https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
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
const ignorePrefixesBytes = 2000; // a Lambda's environment holds 4 KB in all

/** Every arg that can be wrong by itself, in the order of the args. */
export const limits: readonly Limit[] = [
  {
    arg: "bucketName",
    holds: (value) =>
      isText(value, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/) &&
      !value.includes("..") &&
      !/^\d+\.\d+\.\d+\.\d+$/.test(value),
    allowed: "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
    mend: "set bucketName my-bucket",
  },
  text("vpcId", /^vpc-[0-9a-z-]+$/, "the id of a VPC", "vpc-0123456789abcdef0"),
  {
    arg: "subnetIds",
    holds: (value) =>
      Array.isArray(value) &&
      new Set(value).size >= 2 &&
      value.every((id) => typeof id !== "string" || /^subnet-[0-9a-z-]+$/.test(id)),
    allowed: "the ids of two private subnets or more, in different availability zones",
    mend: "set --path 'subnetIds[0]' subnet-0123456789abcdef0",
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
    mend: "rm availabilityZones",
  },
  text(
    "vpcCidrBlock",
    /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|2[0-4])$/,
    "an address range from /16 to /24",
    "10.0.0.0/16",
  ),
  {
    arg: "bucketIgnorePrefixes",
    holds: (value) =>
      typeof value === "string" &&
      Buffer.byteLength(value) <= ignorePrefixesBytes &&
      !value.split(",").some((pattern) => /^\s*\*+\s*$/.test(pattern)),
    allowed: `a list of patterns such as "raw/*, scratch/*", of ${ignorePrefixesBytes} bytes at most, none of which ignores every key`,
    mend: "set bucketIgnorePrefixes 'raw/*, scratch/*'",
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
    mend: "set dbUser edp",
  },
  {
    arg: "dbPassword",
    holds: (value) => isText(value, /^[!-~]{8,128}$/) && !/[/"@]/.test(value),
    allowed: '8 to 128 printable ASCII characters without /, ", @ and space',
    mend: "set --secret dbPassword",
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
    mend: "set dbMaxAllocatedStorage 100",
  },
  flag("dbMultiAz", false),
  flag("dbDeletionProtection", true),
  whole("dbBackupRetentionDays", 1, 35, 7),
  text("dbEngineVersion", /^(1[7-9]|[2-9]\d)(\.\d+)?$/, "version 17 of PostgreSQL or later", "17"),
  {
    arg: "eventBusName",
    holds: (value) => typeof value === "string" && parseEventBusName(value) !== undefined,
    allowed: "the name or ARN of an event bus of this account and region",
    mend: "set eventBusName my-bus",
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
    mend: "set logRetentionDays 30",
  },
  flag("enableBucketNotifications", false),
  {
    arg: "tags",
    holds: (value) =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((tag) => typeof tag === "string"),
    allowed: "tags as texts by their names",
    mend: "set --path tags.team genomics",
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
    mend: `set ${arg} ${example}`,
  };
}

function text(arg: keyof EdpMonitorArgs, form: RegExp, allowed: string, example: string): Limit {
  return {
    arg,
    holds: (value) => isText(value, form),
    allowed: `${allowed}, such as ${example}`,
    mend: `set ${arg} ${example}`,
  };
}

function flag(arg: keyof EdpMonitorArgs, example: boolean): Limit {
  return {
    arg,
    holds: (value) => typeof value === "boolean",
    allowed: "true or false",
    mend: `set ${arg} ${example}`,
  };
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
