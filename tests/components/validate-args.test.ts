import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { EdpMonitor, type EdpMonitorArgs } from "../../components";
import { problemsOf, validated, type GivenArgs } from "../../components/validate-args";
import { fakeAws, graphOf, later, rejection } from "../support/graph";

const given: GivenArgs = { bucketName: "b-1", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

describe("wrong args", () => {
  const bucket = "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens";
  it("are named even where a part has no value yet", () => {
    expect(problemsOf({ ...given, subnetIds: ["x", later("subnet-2")] })).to.deep.equal([
      'subnetIds is ["x",given], allowed is the ids of two private subnets or more, in different availability zones: ' +
        "pulumi config set --path 'subnetIds[0]' subnet-0123456789abcdef0",
    ]);
  });

  const together: [string, GivenArgs, string][] = [
    [
      "vpcId without subnetIds",
      { vpcId: "vpc-1" },
      `vpcId is "vpc-1" without subnetIds, allowed are both or none: pulumi config set --path 'subnetIds[0]' subnet-0123456789abcdef0`,
    ],
    [
      "subnetIds without vpcId",
      { subnetIds: given.subnetIds },
      'subnetIds is ["subnet-1","subnet-2"] without vpcId, allowed are both or none: pulumi config set vpcId vpc-0123456789abcdef0',
    ],
    [
      "an output without its pair",
      { vpcId: later("vpc-1") },
      "vpcId is given without subnetIds, allowed are both or none: pulumi config set --path 'subnetIds[0]' subnet-0123456789abcdef0",
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
      expect(problemsOf({ bucketName: "b-1", ...args })).to.deep.equal([line]);
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
      dbEngineVersion: "17.6",
      eventBusName: "default",
      topicKmsKeyArn: "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0a1b",
      ledgerRetentionDays: 3650,
      logRetentionDays: 3653,
      enableBucketNotifications: true,
      tags: {},
    };
    expect(problemsOf(right)).to.deep.equal([]);
    const zones = ["us-east-1-bos-1a", "us-east-1b", "us-east-1c"];
    const own = { bucketName: "b-1", availabilityZones: zones, vpcCidrBlock: "10.0.0.0/24" };
    expect(problemsOf(own)).to.deep.equal([]);
    const outputs = { bucketName: "b-1", vpcId: later("x"), subnetIds: Promise.resolve([]) };
    expect(problemsOf(outputs)).to.deep.equal([]);
  });

  it("stop the program all at once, before anything is registered", async () => {
    const made: string[] = [];
    const provider = fakeAws();
    const failed = graphOf(
      () => new EdpMonitor("not_good", { bucketName: "NO", bucketThresholdEventCount: 0 }),
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
        `  the monitor's name is "not_good", allowed are 1 to 32 letters, digits and single hyphens, beginning with a letter: new EdpMonitor("edp", ...)`,
        `  bucketName is "NO", allowed is ${bucket}: pulumi config set bucketName my-bucket`,
        "  bucketThresholdEventCount is 0, allowed is a whole number from 1 to 1000000: pulumi config set bucketThresholdEventCount 20",
      ].join("\n"),
    );
    expect(made).to.deep.equal([]);
  });

  it("may be the monitor's name: 32 characters are allowed, 33 are not", () => {
    expect(() => validated("m".repeat(32), { bucketName: "b-1" })).not.to.throw();
    for (const name of ["m".repeat(33), "", "1st", "a--b", "a-", "a_b"]) {
      expect(() => validated(name, { bucketName: "b-1" }), name).to.throw(
        `the monitor's name is ${JSON.stringify(name)}, allowed are 1 to 32 letters`,
      );
    }
  });

  it("are a user's mistake, shown without a stack trace", async () => {
    const error: unknown = await graphOf(() => new EdpMonitor("edp", { bucketName: "NO" })).catch(
      (reason: unknown) => reason,
    );
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
  });
});
