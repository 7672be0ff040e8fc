import { expect } from "chai";
import type { EdpMonitorArgs } from "../../../components";
import { edpMonitorAllowed } from "../../../components/args";
import { inCode, linesOf, type Words } from "../../../components/args/problem";
import { inStackConfig } from "../../../components/args/stack-config";
import { listed, problemsOf, type Given } from "../../../components/args/validate";

type GivenArgs = Given<EdpMonitorArgs>;

const args = listed(edpMonitorAllowed.args);
const lines = (values: GivenArgs, words: Words = inStackConfig) =>
  linesOf(problemsOf(edpMonitorAllowed, values), words);
const given: GivenArgs = { bucketName: "b-1", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

describe("the limits of", () => {
  const bucket =
    "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens " +
    "(before March 2018 also capitals, underscores, and up to 255 characters)";
  const bus = "the name or ARN of an event bus of this account and region";
  const patterns =
    'a list of patterns such as "raw/*, scratch/*", of 2000 bytes at most, none of which ignores every key';
  const range = "an address range from /16 to /24, such as 10.0.0.0/16";
  const version = "a major version of PostgreSQL from 17 on, such as 17";
  const tags =
    "texts by their keys: 50 at most, of letters, digits, blanks and + - = . _ : / @, keys of 1 to 128 and " +
    "values of up to 256 characters, none that begins with aws: or rds:, no two keys that differ only by case";
  const key = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";

  /** An arg, values that it may not have, what is allowed, and what mends it. */
  const rows: [keyof EdpMonitorArgs, unknown[], string, string][] = [
    [
      "bucketName",
      [
        undefined,
        null,
        "",
        "ab",
        "-abc",
        "_abc",
        "a b",
        "lab/raw",
        "ü-1",
        "x".repeat(256),
        7,
        ["lab"],
      ],
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
      "set subnetIds subnet-0123456789abcdef0,subnet-0fedcba9876543210",
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
      [
        ...["10.0.0.0/8", "10.0.0.0/25", "10.0.0.0", "300.1.1.1/16", "10.0.0.256/24", "::/64", 10],
        ...["0.0.0.0/16", "127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/16", "255.255.0.0/16"],
      ],
      range,
      "set vpcCidrBlock 10.0.0.0/16",
    ],
    ["bucketIgnorePrefixes", [[], 7], patterns, "set bucketIgnorePrefixes 'raw/*, scratch/*'"],
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
    ["dbEngineVersion", ["16", "16.4", "seventeen", "", 17], version, "set dbEngineVersion 17"],
    ["dbLogExports", ["yes", 1], "true or false", "set dbLogExports false"],
    ["dbPerformanceInsights", ["yes", 1], "true or false", "set dbPerformanceInsights false"],
    [
      "dbCertificates",
      [7, []],
      "PEM text of certificates and of nothing else, of 300000 bytes at most",
      "set --plaintext dbCertificates < eu-west-1-bundle.pem",
    ],
    [
      "eventBusName",
      ["", "my bus", "arn:aws:sns:eu-west-1:123456789012:x"],
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
    [
      "lambdaMemorySize",
      [128, 255, 10_241, "512"],
      "a whole number from 256 to 10240 (MB)",
      "set lambdaMemorySize 1024",
    ],
    [
      "permissionsBoundaryArn",
      [
        "boundary",
        "arn:aws:iam::123456789012:role/boundary",
        "arn:aws:iam::123456789012:policy/",
        "arn:aws:iam::1234:policy/boundary",
        "arn:aws:iam:eu-west-1:123456789012:policy/boundary",
        `arn:aws:iam::123456789012:policy/${"x".repeat(129)}`,
      ],
      "the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary",
      "set permissionsBoundaryArn arn:aws:iam::123456789012:policy/boundary",
    ],
    ["enableBucketNotifications", [1], "true or false", "set enableBucketNotifications false"],
    // Every value says more: below.
    ["tags", [], tags, ""],
  ];
  const got = (arg: string, value: unknown): string => {
    if (value === undefined) return "missing";
    return arg === "dbPassword" ? "another (it is not shown)" : JSON.stringify(value);
  };
  const inVpc = ["vpcId", "subnetIds", "securityGroupId"];
  const argsWith = (arg: string, value: unknown) => ({
    ...(inVpc.includes(arg) ? given : { bucketName: "b-1" }),
    [arg]: value,
  });
  for (const [arg, values, allowed, mend] of rows) {
    it(arg, () => {
      for (const value of values) {
        const line = `${arg} is ${got(arg, value)}, allowed is ${allowed}: pulumi config ${mend}`;
        expect(lines(argsWith(arg, value))).to.deep.equal([line]);
      }
    });
  }

  const secondKind = "arn:aws:events:eu-west-1:123456789012:event-busv2/x";
  const listOf = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ""]));
  const ofName = "which no event names";
  const minor =
    "a minor version, which RDS upgrades by itself, so that a later pulumi up would fail at going back to it";
  const both = (keep: string) => ` (if it is what you mean, write both: ${JSON.stringify(keep)})`;
  /** A value that is explained, what it is, and what it was meant to be. */
  const explained: [keyof EdpMonitorArgs, unknown, string, unknown][] = [
    ["bucketName", "lab-1a2b3c-s3alias", `the alias of an access point, ${ofName}`, "my-bucket"],
    [
      "bucketName",
      "lab--ol-s3",
      `the alias of an Object Lambda access point, ${ofName}`,
      "my-bucket",
    ],
    [
      "bucketName",
      "mfzwi23gnj.mrap",
      `the alias of a Multi-Region Access Point, ${ofName}`,
      "my-bucket",
    ],
    ["bucketName", "lab--usw2-az1--x-s3", "a directory bucket, which sends no events", "my-bucket"],
    [
      "bucketName",
      "lab--usw2-az1--xa-s3",
      "a directory bucket, which sends no events",
      "my-bucket",
    ],
    ["bucketName", "lab--table-s3", "a table bucket, which sends no events", "my-bucket"],
    ["bucketName", "xn--lab", "a name that S3 keeps for itself", "my-bucket"],
    ["bucketName", "sthree-configurator", "a name that S3 keeps for itself", "my-bucket"],
    ["bucketName", "amzn-s3-demo-bucket", "a name that S3 keeps for itself", "my-bucket"],
    ["bucketName", "192.168.0.1", "an IP address", "my-bucket"],
    ["bucketName", "s3://lab/raw", "", "lab"],
    ["bucketName", "arn:aws-us-gov:s3:::lab", "", "lab"],

    ["vpcCidrBlock", "10.0.0.1/16", "an address in 10.0.0.0/16", "10.0.0.0/16"],
    ["vpcCidrBlock", "172.31.255.9/20", "an address in 172.31.240.0/20", "172.31.240.0/20"],
    ["vpcCidrBlock", "010.0.0.0/16", "an address in 10.0.0.0/16", "10.0.0.0/16"],

    ["bucketIgnorePrefixes", "*", 'of which "*" ignores every key', "raw/*, scratch/*"],
    ["bucketIgnorePrefixes", "raw, **", 'of which "**" ignores every key', "raw"],
    ["bucketIgnorePrefixes", "***", 'of which "***" ignores every key', "raw/*, scratch/*"],
    ["bucketIgnorePrefixes", "**/*", 'of which "**/*" ignores every key', "raw/*, scratch/*"],
    ["bucketIgnorePrefixes", "*/**", 'of which "*/**" ignores every key', "raw/*, scratch/*"],
    ["bucketIgnorePrefixes", "?", 'of which "?" ignores every key', "raw/*, scratch/*"],
    ["bucketIgnorePrefixes", '["*"]', 'of which "*" ignores every key', "raw/*, scratch/*"],
    ...(
      [
        ["s3://lab/raw/*", "is an address, and no key begins with one", "raw/*"],
        ["arn:aws:s3:::lab/raw", "is an address, and no key begins with one", "raw"],
        ["https://lab.s3.amazonaws.com/raw/", "is an address, and no key begins with one", "raw/"],
        ['"raw/*"', "has quotes around it, and so must have its keys", "raw/*"],
        ["./raw", 'begins with a "/" or "./", as keys hardly do', "raw"],
        ["/raw/*", 'begins with a "/" or "./", as keys hardly do', "raw/*"],
        ["raw/*; scratch/*", "is one pattern, because there is no comma in it", "raw/*, scratch/*"],
        ["raw;scratch", "is one pattern, because there is no comma in it", "raw, scratch"],
        ["*.tmp;*.bak", "is one pattern, because there is no comma in it", "*.tmp, *.bak"],
        ["raw/*|scratch/*", "is one pattern, because there is no comma in it", "raw/*, scratch/*"],
        ["raw/ scratch/", "is one pattern, because there is no comma in it", "raw/, scratch/"],
        ["raw/run-?/*", 'has a "?", which stands for itself', "raw/run-*/*"],
      ] as const
    ).map(([value, why, meant]): [keyof EdpMonitorArgs, unknown, string, unknown] => [
      "bucketIgnorePrefixes",
      value,
      `of which ${JSON.stringify(value)} ${why}${both(`${meant}, ${value}`)}`,
      meant,
    ]),
    [
      "bucketIgnorePrefixes",
      "'raw/*', \"scratch/*\", b",
      `of which "'raw/*'" has quotes around it, and so must have its keys${both("raw/*, 'raw/*'")}`,
      "b, raw/*, scratch/*",
    ],
    [
      "bucketIgnorePrefixes",
      "['raw/*', 'b/*']",
      `of which "['raw/*', 'b/*']" has brackets around it, but is no list in JSON` +
        both(`["'raw/*'","'b/*'","['raw/*', 'b/*']"]`),
      "raw/*, b/*",
    ],
    [
      "bucketIgnorePrefixes",
      "raw/{a,b}/*",
      'of which "raw/{a,b}/*" has braces, which stand for themselves' +
        both('["raw/a/*","raw/b/*","raw/{a,b}/*"]'),
      "raw/a/*, raw/b/*",
    ],

    ["dbEngineVersion", "17.4", minor, "17"],
    ["dbEngineVersion", "17.99", minor, "17"],
    ["dbEngineVersion", "18.1", minor, "18"],

    [
      "eventBusName",
      secondKind,
      "a bus of the second kind (event-busv2), which Pulumi's AWS provider cannot make rules on",
      "my-bus",
    ],

    ["tags", "team", "no tags by their keys", { team: "genomics" }],
    ["tags", ["team"], "no tags by their keys", { team: "genomics" }],
    ["tags", listOf(51), "51 tags", listOf(50)],
    ["tags", { a: "1", b: null }, 'the value of "b" is no text', { a: "1" }],
    ["tags", { a: { b: "1" } }, 'the value of "a" is no text', { team: "genomics" }],
    ["tags", { a: 2 ** 53 }, 'the value of "a" is no text', { team: "genomics" }],
    ["tags", { "": "x" }, "a key is empty", { team: "genomics" }],
    ["tags", { "aws:x": "1", b: "2" }, 'the key "aws:x" begins with "aws:"', { b: "2" }],
    ["tags", { "AwS:x": "1" }, 'the key "AwS:x" begins with "AwS:"', { team: "genomics" }],
    ["tags", { "rds:x": "1" }, 'the key "rds:x" begins with "rds:"', { team: "genomics" }],
    ["tags", { a: "aws:x" }, 'the value of "a" begins with "aws:"', { team: "genomics" }],
    ["tags", { "a,b": "1" }, 'the key "a,b" has "," in it', { team: "genomics" }],
    ["tags", { a: "x\ny" }, 'the value of "a" has "\\n" in it', { team: "genomics" }],
    ["tags", { a: "1;2" }, 'the value of "a" has ";" in it', { team: "genomics" }],
    [
      "tags",
      { ["k".repeat(129)]: "1" },
      `the key "${"k".repeat(129)}" has 129 characters`,
      { team: "genomics" },
    ],
    ["tags", { a: "v".repeat(257) }, 'the value of "a" has 257 characters', { team: "genomics" }],
    ["tags", { Team: "1", team: "2" }, 'the keys "Team" and "team" are one to IAM', { Team: "1" }],
  ];
  const allowedOf = new Map(rows.map(([arg, , allowed]) => [arg, allowed]));
  for (const [arg, value, about, meant] of explained) {
    it(`${arg}: ${JSON.stringify(value).slice(0, 60)}`, () => {
      const says = [
        `${arg} is ${JSON.stringify(value)}`,
        about,
        `allowed is ${allowedOf.get(arg)!}`,
      ];
      const line = `${says.filter(Boolean).join(", ")}: set ${arg} to ${JSON.stringify(meant)}`;
      expect(lines(argsWith(arg, value), inCode)).to.deep.equal([line]);
    });
  }

  /** What AWS takes, however strange it looks. */
  const accepted: [keyof EdpMonitorArgs, unknown[]][] = [
    [
      "bucketName",
      [
        ...["abc", "my.bucket-1", "a..b", "My-Bucket", "ABCD_Central_1", "x".repeat(255), "1-2-3"],
        ...["lab-s3alias-1", "x-an", "lab.mrap.org", "1.2.3.4.5"],
      ],
    ],
    [
      "vpcCidrBlock",
      ["10.0.0.0/16", "10.1.2.0/24", "172.17.0.0/16", "100.64.0.0/17", "8.8.0.0/16"],
    ],
    [
      "bucketIgnorePrefixes",
      [
        ...[
          "",
          " ",
          "raw",
          "raw/*,scratch/*",
          '["raw/*","scratch/*"]',
          '["a,b/*"]',
          "raw/*\r\nb/*\n",
        ],
        // Meant, as they are: a key that begins with a quote, patterns with characters that others use.
        ...[
          '"odd/*',
          'odd"*',
          "a;b/*",
          "*;1",
          "* copy.*",
          "[raw]/*",
          "*/*",
          "/*",
          "*//*",
          "a{b}/*",
        ],
        ...["raw/*, /raw/*", "raw, ./raw", 'raw/*, "raw/*"', "raw/*, b/*, raw/*;b/*", "a*/x, a?/x"],
        "é".repeat(1000),
      ],
    ],
    ["dbEngineVersion", ["17", "18", "20"]],
    [
      "tags",
      [
        {},
        { team: "genomics", empty: "", number: 42, zero: 0, fraction: 0.5, yes: true },
        { "Kosten stelle/ä+-=._:/@": "Ü b@+-=._:/" },
        {
          ["k".repeat(128)]: "v".repeat(256),
          ["𝔸".repeat(128)]: "𝔸".repeat(256),
        },
        { aws: "1", "awsx:y": "aws", "my:aws:x": "rds" },
        listOf(48),
        { ...listOf(48), Name: "lab", SubnetType: "x" },
      ],
    ],
  ];
  for (const [arg, values] of accepted) {
    it(`${arg} that AWS takes`, () => {
      for (const value of values) {
        expect(lines(argsWith(arg, value)), JSON.stringify(value)).to.deep.equal([]);
      }
    });
  }

  it("tags, with the two that the subnets of a new VPC get", () => {
    expect(lines({ bucketName: "b-1", tags: listOf(49) }, inCode)).to.deep.equal([
      "tags is 49 tags with a new VPC, whose subnets get the tags Name and SubnetType as well, " +
        `allowed are 50 in all: set tags to ${JSON.stringify(listOf(48))}`,
    ]);
    expect(lines({ ...given, tags: listOf(50) })).to.deep.equal([]);
  });

  it("bucketIgnorePrefixes, of 2000 bytes", () => {
    const [line] = lines({ bucketName: "b-1", bucketIgnorePrefixes: "é".repeat(1001) });
    expect(line).to.equal(
      `bucketIgnorePrefixes is "${"é".repeat(1001)}", allowed is ${patterns}: ` +
        "pulumi config set bucketIgnorePrefixes 'raw/*, scratch/*'",
    );
  });

  it("every example, which holds itself", () => {
    for (const [name, { example, holds }] of args) {
      expect(example === undefined || holds(example), name).to.equal(true);
    }
  });

  it("every arg that has one", () => {
    expect(rows.map(([arg]) => arg)).to.have.members(args.map(([name]) => name));
  });
});
