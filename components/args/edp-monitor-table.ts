// Every arg of EdpMonitor in one place: the stack's config, the defaults, the checks, Pulumi.yaml's block
// and the README's table are made of it. What it is to programmers stands in edp-monitor-args.ts.
import { canonicalRange, isAddressRange } from "./address-range";
import { flag, isText, text, whole, type ArgTable, type DefaultedArg } from "./arg";
import { bucketOf, isBucketName, otherThanBucket } from "./bucket-name";
import { databaseArgs } from "./database-args";
import type { EdpMonitorArgs } from "./edp-monitor-args";
import { isSecondKindOfBus, parseEventBusName } from "./event-bus-name";
import { meantIgnorePrefixes, problemOfIgnorePrefixes } from "./ignore-prefixes";
import { allowedTags, problemOfTags, tagsAsTexts, tagsThatCanStay } from "./tags";

// What AWS allows, where it is stricter than we are:
// CloudWatch's retention https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];
const ignorePrefixesBytes = 2000; // a Lambda's environment holds 4 KB in all

export const exampleVpc = "vpc-0123456789abcdef0";
export const exampleSubnets = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"];

export const argTable = {
  bucketName: {
    kind: "text",
    isRequired: true,
    isInput: true,
    summary: "name of the S3 bucket to watch, in the stack's region and account",
    holds: isBucketName,
    allowed:
      "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens " +
      "(before March 2018 also capitals, underscores, and up to 255 characters)",
    example: "my-bucket",
    about: otherThanBucket,
    meant: bucketOf,
  },
  bucketIgnorePrefixes: {
    kind: "text",
    default: "",
    summary:
      "keys that are not counted, such as `raw/*, scratch/*`; `*` stands for any characters, " +
      "a pattern without it is a whole folder",
    holds: (value: unknown) =>
      typeof value === "string" &&
      Buffer.byteLength(value) <= ignorePrefixesBytes &&
      problemOfIgnorePrefixes(value) === undefined,
    allowed: `a list of patterns such as "raw/*, scratch/*", of ${ignorePrefixesBytes} bytes at most, none of which ignores every key`,
    example: "raw/*, scratch/*",
    about: problemOfIgnorePrefixes,
    meant: meantIgnorePrefixes,
  },
  bucketPrefixDepth: whole([0, 20], {
    kind: "number",
    default: 2,
    summary: "directory segments of a key that make its prefix; 0 takes the whole bucket as one",
  }),
  bucketThresholdDuration: whole(
    [1, 604_800],
    {
      kind: "number",
      default: 300,
      summary: "seconds without a new object event that close a batch",
    },
    { unit: "seconds" },
  ),
  bucketThresholdEventCount: whole([1, 1_000_000], {
    kind: "number",
    default: 20,
    summary: "object events that close a batch",
  }),
  bucketThresholdMaxAge: whole(
    [1, 604_800],
    {
      kind: "number",
      otherwise: "none",
      summary: "seconds since its first object event that close a batch",
    },
    { unit: "seconds", example: 3600 },
  ),
  vpcId: {
    ...text(/^vpc-[0-9a-z-]+$/, "the id of a VPC", exampleVpc, {
      otherwise: "a new VPC",
      summary: "an existing VPC, whose subnets reach EventBridge on port 443",
    }),
    isInput: true,
  },
  subnetIds: {
    kind: "list",
    isInput: true,
    otherwise: "of the new VPC",
    summary: "two or more private subnets of your VPC, in different availability zones",
    holds: (value: unknown) =>
      Array.isArray(value) &&
      new Set(value).size >= 2 &&
      value.every((id) => typeof id !== "string" || /^subnet-[0-9a-z-]+$/.test(id)),
    allowed: "the ids of two private subnets or more, in different availability zones",
    example: exampleSubnets,
  },
  securityGroupId: {
    ...text(/^sg-[0-9a-z-]+$/, "the id of a security group", "sg-0123456789abcdef0", {
      otherwise: "a new one",
      summary: "security group of the Lambdas in your VPC: outbound 443 and 5432",
    }),
    isInput: true,
  },
  availabilityZones: {
    kind: "list",
    otherwise: "the first two",
    summary:
      "two or three zones for the new VPC; [settled by the first deployment](docs/operating.md#another-network), " +
      "like the VPC itself",
    holds: (value: unknown) =>
      Array.isArray(value) &&
      [2, 3].includes(value.length) &&
      new Set(value).size === value.length &&
      value.every((zone) => isText(zone, /^[a-z0-9-]+[a-z]$/)),
    allowed: "the names of two or three availability zones",
    example: undefined, // the first two of the region are right everywhere
  },
  vpcCidrBlock: {
    kind: "text",
    otherwise: "10.0.0.0/16",
    summary: "address range of the new VPC",
    holds: isAddressRange,
    allowed: "an address range from /16 to /24, such as 10.0.0.0/16",
    example: "10.0.0.0/16",
    about: (value: unknown) => {
      const canonical = canonicalRange(value);
      return canonical === undefined ? undefined : `an address in ${canonical}`;
    },
    meant: canonicalRange,
  },
  eventBusName: {
    kind: "text",
    isInput: true,
    otherwise: "a new one",
    summary: "an existing bus of this account and region, by name or ARN",
    holds: (value: unknown) => typeof value === "string" && parseEventBusName(value) !== undefined,
    allowed: "the name or ARN of an event bus of this account and region",
    example: "my-bus",
    about: (value: unknown) =>
      typeof value === "string" && isSecondKindOfBus(value)
        ? "a bus of the second kind (event-busv2), which Pulumi's AWS provider cannot make rules on"
        : undefined,
  },
  topicKmsKeyArn: {
    ...text(
      /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
      "the ARN of a KMS key whose policy admits events.amazonaws.com",
      "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
      {
        otherwise: "none",
        summary:
          "KMS key of the topic; its policy must [admit `events.amazonaws.com`](docs/deploying.md#keys-for-encrypted-topics)",
      },
    ),
    isInput: true,
  },
  alarmTopicArn: {
    ...text(
      /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      "the ARN of an SNS topic of this account and region",
      "arn:aws:sns:eu-west-1:123456789012:alarms",
      {
        otherwise: "a new one",
        summary:
          "SNS topic of this account and region for the alarms; its policy and KMS key must " +
          "[admit `cloudwatch.amazonaws.com`](docs/deploying.md#keys-for-encrypted-topics)",
      },
    ),
    isInput: true,
  },
  alarmEmail: {
    ...text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address", "lab@example.com", {
      otherwise: "nobody",
      summary: "address that is subscribed to the alarms; SNS asks for a confirmation",
    }),
    isInput: true,
  },
  ...databaseArgs,
  // A message is kept for 14 days, as a dead letter too, and has to be known when it is sent back at the
  // end of them, and tried for a day or two: with some to spare for clocks and days that are not exact.
  ledgerRetentionDays: whole([20, 3650], {
    kind: "number",
    default: 30,
    summary: "days for which object events and idle prefixes are remembered",
  }),
  logRetentionDays: {
    kind: "number",
    default: 30,
    summary: "days that the Lambdas' logs are kept",
    holds: (value: unknown) => logRetentionDays.includes(value as number),
    allowed: `one of ${logRetentionDays.join(", ")}`,
    example: 30,
  },
  lambdaMemorySize: whole(
    [256, 10_240],
    {
      kind: "number",
      otherwise: "512, emitter 256",
      summary: "MB of memory of each Lambda, with which its share of a processor grows",
    },
    { unit: "MB", example: 1024 },
  ),
  permissionsBoundaryArn: {
    ...text(
      /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/([!-.0-~]+\/)*[\w+=,.@-]{1,128}$/,
      "the ARN of a managed policy",
      "arn:aws:iam::123456789012:policy/boundary",
      {
        otherwise: "none",
        summary:
          "managed policy that [bounds every role](docs/operating.md#a-permissions-boundary)",
      },
    ),
    isInput: true,
  },
  enableBucketNotifications: flag({
    default: false,
    summary:
      "the stack writes the bucket's notification configuration, which wipes what else is in it; see [step 4](#deploying)",
  }),
  tags: {
    kind: "map",
    isInput: true,
    otherwise: "none",
    summary:
      "tags of every resource that can have them: `pulumi config set --path tags.team genomics`",
    holds: (value: unknown) => problemOfTags(value) === undefined,
    allowed: allowedTags,
    example: { team: "genomics" },
    about: problemOfTags,
    meant: tagsThatCanStay,
    takenAs: (value: unknown) => tagsAsTexts(value as Record<string, unknown>),
  },
} as const satisfies ArgTable<EdpMonitorArgs>;

/** The args that have a default. */
export type Defaulted = DefaultedArg<typeof argTable>;
