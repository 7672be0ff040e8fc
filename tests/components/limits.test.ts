import { expect } from "chai";
import type { EdpMonitorArgs } from "../../components";
import { limits } from "../../components/limits";
import { problemsOf, type GivenArgs } from "../../components/validate-args";

const given: GivenArgs = { bucketName: "b-1", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

describe("the limits of", () => {
  const bucket = "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens";
  const bus = "the name or ARN of an event bus of this account and region";
  const secondKind = "arn:aws:events:eu-west-1:123456789012:event-busv2/x";
  const key = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";

  /** An arg, values that it may not have, what is allowed, and what mends it. */
  const rows: [keyof EdpMonitorArgs, unknown[], string, string][] = [
    [
      "bucketName",
      [undefined, "", "My-Bucket", "a..b", "192.168.0.1", "-abc", "x".repeat(64), 7],
      bucket,
      "set bucketName my-bucket",
    ],
    [
      "vpcId",
      ["net-1", 1],
      "the id of a VPC, such as vpc-0123456789abcdef0",
      "set vpcId vpc-0123456789abcdef0",
    ],
    [
      "subnetIds",
      ["subnet-1", ["subnet-1"], ["subnet-1", "subnet-1"], ["subnet-1", "x"]],
      "the ids of two private subnets or more, in different availability zones",
      "set --path 'subnetIds[0]' subnet-0123456789abcdef0",
    ],
    [
      "securityGroupId",
      ["x"],
      "the id of a security group, such as sg-0123456789abcdef0",
      "set securityGroupId sg-0123456789abcdef0",
    ],
    [
      "availabilityZones",
      ["eu-west-1a", ["eu-west-1a"], ["eu-west-1a", "eu-west-1a"], ["eu-west-1a", 2]],
      "the names of two or three availability zones",
      "rm availabilityZones",
    ],
    [
      "vpcCidrBlock",
      ["10.0.0.0/8", "10.0.0.0/25", "10.0.0.0"],
      "an address range from /16 to /24, such as 10.0.0.0/16",
      "set vpcCidrBlock 10.0.0.0/16",
    ],
    [
      "bucketIgnorePrefixes",
      ["raw, *", "**", "é".repeat(1001), []],
      'a list of patterns such as "raw/*, scratch/*", of 2000 bytes at most, none of which ignores every key',
      "set bucketIgnorePrefixes 'raw/*, scratch/*'",
    ],
    [
      "bucketPrefixDepth",
      [-1, 1.5, 21, "2"],
      "a whole number from 0 to 20",
      "set bucketPrefixDepth 2",
    ],
    [
      "bucketThresholdDuration",
      [0, 604_801, "five"],
      "a whole number from 1 to 604800 (seconds)",
      "set bucketThresholdDuration 300",
    ],
    [
      "bucketThresholdEventCount",
      [0, 1_000_001],
      "a whole number from 1 to 1000000",
      "set bucketThresholdEventCount 20",
    ],
    [
      "bucketThresholdMaxAge",
      [0, 604_801],
      "a whole number from 1 to 604800 (seconds)",
      "set bucketThresholdMaxAge 3600",
    ],
    [
      "dbUser",
      ["edp_runtime", "rdsadmin", "pg_x", "rds_x", "admin", "Edp", "1edp", "a".repeat(17)],
      "1 to 16 lower-case letters, digits and underscores, beginning with a letter, and no reserved name such as edp_runtime",
      "set dbUser edp",
    ],
    [
      "dbPassword",
      [
        "short-1",
        "with/slash",
        'with"quote',
        "with@at-sign",
        "with space",
        "ümlaut-12",
        "x".repeat(129),
      ],
      '8 to 128 printable ASCII characters without /, ", @ and space',
      "set --secret dbPassword",
    ],
    [
      "dbInstanceClass",
      ["t4g.small"],
      "an instance class of RDS, such as db.t4g.small",
      "set dbInstanceClass db.t4g.small",
    ],
    [
      "dbAllocatedStorage",
      [19, 65_537],
      "a whole number from 20 to 65536 (GiB)",
      "set dbAllocatedStorage 20",
    ],
    [
      "dbMaxAllocatedStorage",
      [21, 65_537, -1],
      "a whole number from 22 to 65536 (GiB), or 0 for no growth",
      "set dbMaxAllocatedStorage 100",
    ],
    ["dbMultiAz", ["yes"], "true or false", "set dbMultiAz false"],
    ["dbDeletionProtection", ["no"], "true or false", "set dbDeletionProtection true"],
    [
      "dbBackupRetentionDays",
      [0, 36],
      "a whole number from 1 to 35",
      "set dbBackupRetentionDays 7",
    ],
    [
      "dbEngineVersion",
      ["16.4", "seventeen", 17],
      "version 17 of PostgreSQL or later, such as 17",
      "set dbEngineVersion 17",
    ],
    [
      "eventBusName",
      ["", "my bus", "arn:aws:sns:eu-west-1:123456789012:x", secondKind],
      bus,
      "set eventBusName my-bus",
    ],
    [
      "topicKmsKeyArn",
      ["alias/aws/sns"],
      `the ARN of a KMS key whose policy admits events.amazonaws.com, such as ${key}`,
      `set topicKmsKeyArn ${key}`,
    ],
    [
      "alarmTopicArn",
      ["alarms", "arn:aws:sqs:eu-west-1:123456789012:alarms"],
      "the ARN of an SNS topic of this account and region, such as arn:aws:sns:eu-west-1:123456789012:alarms",
      "set alarmTopicArn arn:aws:sns:eu-west-1:123456789012:alarms",
    ],
    [
      "alarmEmail",
      ["lab", "lab@example", "a b@example.com"],
      "an e-mail address, such as lab@example.com",
      "set alarmEmail lab@example.com",
    ],
    [
      "ledgerRetentionDays",
      [1, 3651],
      "a whole number from 20 to 3650",
      "set ledgerRetentionDays 30",
    ],
    [
      "logRetentionDays",
      [0, 31],
      "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
      "set logRetentionDays 30",
    ],
    ["enableBucketNotifications", [1], "true or false", "set enableBucketNotifications false"],
    [
      "tags",
      ["team", ["team"], { team: 1 }],
      "tags as texts by their names",
      "set --path tags.team genomics",
    ],
  ];
  const got = (arg: string, value: unknown): string => {
    if (value === undefined) return "missing";
    if (arg === "dbPassword") return "another (it is not shown)";
    if (value !== secondKind) return JSON.stringify(value);
    return `"${secondKind}", a bus of the second kind (event-busv2), which Pulumi's AWS provider cannot make rules on`;
  };
  for (const [arg, values, allowed, mend] of rows) {
    it(arg, () => {
      const inVpc = ["vpcId", "subnetIds", "securityGroupId"].includes(arg);
      for (const value of values) {
        const args = { ...(inVpc ? given : { bucketName: "b-1" }), [arg]: value };
        const line = `${arg} is ${got(arg, value)}, allowed is ${allowed}: pulumi config ${mend}`;
        expect(problemsOf(args)).to.deep.equal([line]);
      }
    });
  }

  it("every arg that has one", () => {
    expect(rows.map(([arg]) => arg)).to.deep.equal(limits.map(({ arg }) => arg));
  });
});
