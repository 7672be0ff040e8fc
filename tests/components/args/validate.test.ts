import { expect } from "chai";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EdpMonitor, type EdpMonitorArgs } from "../../../components";
import { edpMonitorAllowed } from "../../../components/args";
import { argTable } from "../../../components/args/edp-monitor-table";
import { linesOf } from "../../../components/args/problem";
import { inStackConfig } from "../../../components/args/stack-config";
import * as validate from "../../../components/args/validate";
import { isSecret } from "../../../local/program";
import { fakeAws, graphOf, inputs, later, rejection } from "../../../support/graph";

type GivenArgs = validate.Given<EdpMonitorArgs>;

const problemsOf = (args: GivenArgs) => validate.problemsOf(edpMonitorAllowed, args);
const validated = (...given: [name: unknown, args?: unknown, opts?: unknown]) =>
  validate.validated(edpMonitorAllowed, ...given);
const lines = (args: GivenArgs) => linesOf(problemsOf(args), inStackConfig);
const given: GivenArgs = { bucketName: "b-1", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

describe("wrong args", () => {
  const bucket =
    "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens " +
    "(before March 2018 also capitals, underscores, and up to 255 characters)";
  const names =
    "allowed are 1 to 32 lower-case letters, digits and single hyphens, beginning with a letter, but " +
    'neither "sg" nor with "sg-"';
  it("are named even where a part has no value yet", () => {
    expect(lines({ ...given, subnetIds: ["x", later("subnet-2")] })).to.deep.equal([
      'subnetIds is ["x",given], allowed is the ids of two private subnets or more, in different availability zones: ' +
        "pulumi config set subnetIds subnet-0123456789abcdef0,subnet-0fedcba9876543210",
    ]);
  });

  it("are not shown where they may be a key, or pages of one", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIé\n-----END PRIVATE KEY-----\n";
    expect(lines({ ...given, dbCertificates: key })).to.deep.equal([
      "dbCertificates is a text of 60 bytes, allowed is PEM text of certificates and of nothing else, of 300000 bytes at most: " +
        "pulumi config set --plaintext dbCertificates < eu-west-1-bundle.pem",
    ]);
  });

  const together: [string, GivenArgs, string][] = [
    [
      "vpcId without subnetIds",
      { vpcId: "vpc-1" },
      `vpcId is "vpc-1" without subnetIds, allowed are both or none: pulumi config set subnetIds subnet-0123456789abcdef0,subnet-0fedcba9876543210`,
    ],
    [
      "subnetIds without vpcId",
      { subnetIds: given.subnetIds },
      'subnetIds is ["subnet-1","subnet-2"] without vpcId, allowed are both or none: pulumi config set vpcId vpc-0123456789abcdef0',
    ],
    [
      "an output without its pair",
      { vpcId: later("vpc-1") },
      "vpcId is given without subnetIds, allowed are both or none: pulumi config set subnetIds subnet-0123456789abcdef0,subnet-0fedcba9876543210",
    ],
    [
      "securityGroupId without vpcId",
      { securityGroupId: "sg-1" },
      'securityGroupId is "sg-1" without vpcId, allowed is a group of a given VPC: pulumi config set vpcId vpc-0123456789abcdef0',
    ],
    [
      "availabilityZones with vpcId",
      { ...given, availabilityZones: ["eu-west-1a", "eu-west-1b"] },
      'availabilityZones is ["eu-west-1a","eu-west-1b"] with a given VPC, allowed is only for a new one: pulumi config rm availabilityZones',
    ],
    [
      "vpcCidrBlock with vpcId",
      { ...given, vpcCidrBlock: "10.0.0.0/16" },
      'vpcCidrBlock is "10.0.0.0/16" with a given VPC, allowed is only for a new one: pulumi config rm vpcCidrBlock',
    ],
    [
      "storage that cannot grow",
      { dbAllocatedStorage: 100, dbMaxAllocatedStorage: 105 },
      "dbMaxAllocatedStorage is 105, allowed is a tenth above dbAllocatedStorage or more, here 110 (GiB), or 0 for no growth: pulumi config set dbMaxAllocatedStorage 110",
    ],
    [
      "storage above the default growth",
      { dbAllocatedStorage: 100 },
      "dbMaxAllocatedStorage is 100, allowed is a tenth above dbAllocatedStorage or more, here 110 (GiB), or 0 for no growth: pulumi config set dbMaxAllocatedStorage 110",
    ],
  ];
  for (const [what, args, line] of together) {
    it(what, () => {
      expect(lines({ bucketName: "b-1", ...args })).to.deep.equal([line]);
    });
  }

  it("are not these", () => {
    const right: EdpMonitorArgs = {
      bucketName: "my.bucket-1",
      vpcId: "vpc-0a1b",
      subnetIds: ["subnet-0a", later("subnet-0b")],
      securityGroupId: "sg-0a1b",
      bucketIgnorePrefixes: "raw/*, *.tmp, a/*/b, scratch",
      bucketPrefixDepth: 0,
      bucketThresholdDuration: 1,
      bucketThresholdEventCount: 1,
      bucketThresholdMaxAge: 604_800,
      dbUser: "postgres",
      dbPassword: "!#$%&'()*+,-.:;<=>?[]^_`{|}~",
      dbInstanceClass: "db.x2iedn.32xlarge",
      dbAllocatedStorage: 65_536,
      dbMaxAllocatedStorage: 0,
      dbMultiAz: true,
      dbDeletionProtection: false,
      dbBackupRetentionDays: 1,
      dbEngineVersion: "17",
      eventBusName: "default",
      topicKmsKeyArn: "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0a1b",
      ledgerRetentionDays: 3650,
      logRetentionDays: 3653,
      permissionsBoundaryArn: "arn:aws-us-gov:iam::aws:policy/job-function/team=a/ViewOnlyAccess",
      enableBucketNotifications: true,
      tags: {},
    };
    expect(problemsOf(right)).to.deep.equal([]);
    const zones = ["us-east-1-bos-1a", "us-east-1b", "us-east-1c"];
    const own = { bucketName: "b-1", availabilityZones: zones, vpcCidrBlock: "10.0.0.0/24" };
    expect(problemsOf(own)).to.deep.equal([]);
    const boundary = { bucketName: "b-1", permissionsBoundaryArn: "arn:aws:iam::aws:policy/x" };
    expect(problemsOf(boundary)).to.deep.equal([]);
    const outputs = { bucketName: "b-1", vpcId: later("x"), subnetIds: Promise.resolve([]) };
    expect(problemsOf(outputs)).to.deep.equal([]);
  });

  it("stop the program all together, before anything is registered", async () => {
    const made: string[] = [];
    const provider = fakeAws();
    const failed = graphOf(
      () => new EdpMonitor("not_good", { bucketName: "n", bucketThresholdEventCount: 0 }),
      {
        ...provider,
        create: (resource) => {
          made.push(resource.type);
          return provider.create(resource);
        },
      },
    );
    expect(await rejection(failed)).to.equal(
      [
        "EdpMonitor has 3 wrong values:",
        `  the monitor's name is "not_good", ${names}: set the monitor's name to "edp"`,
        `  bucketName is "n", allowed is ${bucket}: set bucketName to "my-bucket"`,
        "  bucketThresholdEventCount is 0, allowed is a whole number from 1 to 1000000: set bucketThresholdEventCount to 20",
      ].join("\n"),
    );
    expect(made).to.deep.equal([]);
  });

  it("may be the monitor's name: 32 characters are allowed, 33 are not", () => {
    for (const name of ["m".repeat(32), "sgx", "sg1-a", "my-sg", "a1-b2"]) {
      expect(() => validated(name, { bucketName: "b-1" }), name).not.to.throw();
    }
    const wrong = [
      "m".repeat(33),
      "",
      "1st",
      "a--b",
      "a-",
      "a_b",
      "sg",
      "sg-1",
      "Sg",
      "SG-x",
      "Lab",
    ];
    for (const name of [...wrong, undefined, null, 7]) {
      const got = name === undefined ? "missing" : JSON.stringify(name);
      expect(() => validated(name, { bucketName: "b-1" }), got)
        .to.throw(pulumi.RunError)
        .with.property(
          "message",
          `EdpMonitor has 1 wrong value:\n  the monitor's name is ${got}, ${names}: set the monitor's name to "edp"`,
        );
    }
  });

  /** What a program gives as args and options, and the lines that it gets. */
  const missing = `bucketName is missing, allowed is ${bucket}: set bucketName to "my-bucket"`;
  const argsAre = (what: string) =>
    `the monitor's args are ${what}, allowed are values by their names: ` +
    `set the monitor's args to {"bucketName":"my-bucket"}`;
  const optionsAre = (what: string) =>
    `the monitor's options are ${what}, allowed are Pulumi's resource options: leave the monitor's options out`;
  const isOutput = (path: string, allowed: string, mend: string) =>
    `${path} is an output, whose value comes from another resource, allowed is only a value that the ` +
    `program knows itself, ${allowed}: ${mend}`;
  const unknown = (name: string, value: string, known: string, set = "") =>
    `${name} is ${value}, allowed are only known args, the nearest is ${known}: leave ${name} out${set}`;
  const right = { bucketName: "b-1" };
  const circular: Record<string, unknown> = { ...right };
  circular["tags"] = circular;
  const fromCode: [string, () => [args?: unknown, opts?: unknown], string[]][] = [
    ["nothing", () => [], [missing]],
    ["null", () => [null], [missing]],
    ["null options", () => [right, null], []],
    ["a text", () => ["b-1"], [argsAre('"b-1"')]],
    ["a list", () => [["b-1"]], [argsAre('["b-1"]')]],
    ["an output of args", () => [later(right)], [argsAre("given")]],
    ["a promise of args", () => [Promise.resolve(right)], [argsAre("given")]],
    ["a text as options", () => [right, "x"], [optionsAre('"x"')]],
    ["an output as options", () => [right, later({})], [optionsAre("given")]],
    [
      "an output for a plain arg",
      () => [{ ...right, dbUser: later("edp") }],
      [isOutput("dbUser", argTable.dbUser.allowed, 'set dbUser to "edp"')],
    ],
    [
      "a promise for a plain arg",
      () => [{ ...right, bucketPrefixDepth: Promise.resolve(2) }],
      [isOutput("bucketPrefixDepth", "a whole number from 0 to 20", "set bucketPrefixDepth to 2")],
    ],
    [
      "an output in a list",
      () => [{ ...right, availabilityZones: ["eu-west-1a", later("eu-west-1b")] }],
      [
        isOutput(
          "availabilityZones[1]",
          "the names of two or three availability zones",
          "leave availabilityZones out",
        ),
      ],
    ],
    ["outputs of resources", () => [{ bucketName: later("b"), alarmEmail: later("x") }], []],
    ["an output in the tags", () => [{ ...right, tags: { team: later("genomics"), no: 7 } }], []],
    ["an output of tags", () => [{ ...right, tags: later({ a: 1 }) }], []],
    [
      "a wrong tag beside one that comes later",
      () => [{ ...right, tags: { team: later("genomics"), "aws:x": "1" } }],
      [
        'tags is {"team":given,"aws:x":"1"}, the key "aws:x" begins with "aws:", allowed is ' +
          `${argTable.tags.allowed}: set tags to {"team":"genomics"}`,
      ],
    ],
    [
      "an arg that nobody knows",
      () => [{ ...right, bucketTresholdDuration: 120, zzz: { a: 1 }, none: undefined }],
      [
        unknown(
          ...(["bucketTresholdDuration", "120", "bucketThresholdDuration"] as const),
          " and set bucketThresholdDuration to 120",
        ),
        unknown("zzz", '{"a":1}', "tags"),
      ],
    ],
    [
      "a misspelt password, which is not shown",
      () => [{ ...right, dbPasword: "open-sesame-1" }],
      [unknown("dbPasword", "set", "dbPassword", " and set dbPassword to a secret")],
    ],
    [
      "a wrong password, which is not shown",
      () => [{ ...right, dbPassword: "open" }],
      [
        "dbPassword is another (it is not shown), allowed is 8 to 128 printable ASCII characters " +
          'without /, ", @ and space: set dbPassword to a secret',
      ],
    ],
    [
      "values that JSON does not have",
      () => [{ ...right, bucketPrefixDepth: 2n, dbMultiAz: () => true, logRetentionDays: NaN }],
      [
        "bucketPrefixDepth is 2, allowed is a whole number from 0 to 20: set bucketPrefixDepth to 2",
        "dbMultiAz is a function, allowed is true or false: set dbMultiAz to false",
        `logRetentionDays is NaN, allowed is ${argTable.logRetentionDays.allowed}: set logRetentionDays to 30`,
      ],
    ],
    [
      "a value that holds itself",
      () => [circular],
      [
        `tags is {"bucketName":"b-1","tags":{"bucketName":"b-1","tags":{"bucketName":"b-1","tags":{…}}}}, ` +
          `the value of "tags" is no text, allowed is ${argTable.tags.allowed}: ` +
          'set tags to {"bucketName":"b-1"}',
      ],
    ],
  ];
  for (const [what, give, expected] of fromCode) {
    it(`may come from a program's code: ${what}`, () => {
      const got: string[] = [];
      try {
        validated("edp", ...give());
      } catch (error) {
        got.push(...(error as Error).message.split("\n  ").slice(1));
      }
      expect(got).to.deep.equal(expected);
    });
  }

  it("may be a resource in the place of its name", async () => {
    const message = await rejection(
      graphOf(() => {
        const bus = new aws.cloudwatch.EventBus("bus");
        new EdpMonitor("edp", { bucketName: bus as unknown as string, eventBusName: bus.name });
      }),
    );
    expect(message).to.equal(
      `EdpMonitor has 1 wrong value:\n  bucketName is a resource, allowed is ${bucket}: set bucketName to "my-bucket"`,
    );
  });

  it("are refused when they come, where they may come from other resources", async () => {
    const message = await rejection(
      graphOf(() => new EdpMonitor("edp", { ...right, alarmTopicArn: later("alarms") })),
    );
    expect(message.slice(message.indexOf("EdpMonitor has"))).to.equal(
      "EdpMonitor has 1 wrong value:\n  " +
        'alarmTopicArn is "alarms", allowed is the ARN of an SNS topic of this account and region, such as ' +
        "arn:aws:sns:eu-west-1:123456789012:alarms: " +
        'set alarmTopicArn to "arn:aws:sns:eu-west-1:123456789012:alarms"',
    );
  });

  it("are no tags of numbers and booleans: they are texts to AWS", async () => {
    const tags = { cost: 42, yes: true } as unknown as Record<string, string>;
    const graph = await graphOf(() => {
      new EdpMonitor("edp", { ...right, tags });
    });
    const texts = { cost: "42", yes: "true" };
    expect(inputs(graph, "Queue", "edp-object-events")["tags"]).to.deep.equal(texts);
    expect(inputs(graph, "EdpMonitor", "edp")["tags"]).to.deep.equal(texts);
  });

  it("never show a password from code: it is a secret everywhere", async () => {
    const graph = await graphOf(() => {
      new EdpMonitor("edp", { ...right, dbPassword: "open-sesame-1" });
    });
    const withoutPasswords = (value: unknown): unknown => {
      if (isSecret(value)) return "secret";
      if (typeof value !== "object" || value === null) return value;
      return Object.values(value).map(withoutPasswords);
    };
    const all = graph.nodes.map((one) => one.inputs);
    expect(JSON.stringify(all)).to.include("open-sesame-1");
    expect(JSON.stringify(withoutPasswords(all))).not.to.include("open-sesame-1");
  });

  it("are a user's mistake, shown without a stack trace", async () => {
    const error: unknown = await graphOf(() => new EdpMonitor("edp", { bucketName: "n" })).catch(
      (reason: unknown) => reason,
    );
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
  });
});
