import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { EdpMonitor, type EdpMonitorArgs } from "../../components";
import type { Provider } from "../../local/program";
import { fakeAws, graphOf, later, rejection } from "../../support/graph";
import { copyOfPackage } from "../support/package-copy";

/** What the monitor fails with, and what was made until then, components of ours aside. */
async function failure(
  args: Partial<EdpMonitorArgs>,
  provider: Provider = fakeAws(),
  Monitor: typeof EdpMonitor = EdpMonitor,
): Promise<{ message: string; made: string[] }> {
  const made: string[] = [];
  const graph = graphOf(
    () => {
      new Monitor("edp", { bucketName: "instrument-bucket", ...args });
    },
    {
      ...provider,
      create: (resource) => {
        if (!resource.type.startsWith("edp-monitor:"))
          made.push(`${resource.type} ${resource.name}`);
        return provider.create(resource);
      },
    },
  );
  return { message: await rejection(graph), made };
}

/** An AWS that does not answer this one function. */
function withoutAnswer(refused: string, reason: string): Provider {
  const provider = fakeAws();
  return {
    ...provider,
    invoke: (token, inputs) =>
      token === refused ? Promise.reject(new Error(reason)) : provider.invoke(token, inputs),
  };
}

const busAbroad = "arn:aws:events:us-east-1:123456789012:event-bus/shared";

describe("what is asked before anything is made", () => {
  const problems: [what: string, Partial<EdpMonitorArgs>, Provider, message: string][] = [
    [
      "a bucket that is not found",
      { bucketName: "typo" },
      withoutAnswer(
        "aws:s3/getBucket:getBucket",
        "invocation of aws:s3/getBucket:getBucket returned an error: invoking aws:s3/getBucket:getBucket: " +
          "1 error occurred:\n\t* reading S3 Bucket (typo): couldn't find resource\n\n",
      ),
      `bucketName is "typo", a bucket that cannot be looked up (reading S3 Bucket (typo): couldn't find resource), ` +
        "allowed is a bucket that exists in the stack's account and region eu-west-1: set bucketName to its name",
    ],
    [
      "a bucket of another region",
      {},
      fakeAws({ bucketRegion: "us-east-1" }),
      `bucketName is "instrument-bucket", a bucket in us-east-1, allowed is a bucket in the stack's region eu-west-1: ` +
        "run it in us-east-1, the aws:region of its config or of its provider",
    ],
    [
      "no credentials",
      {},
      withoutAnswer("aws:index/getCallerIdentity:getCallerIdentity", "no valid credential sources"),
      "the stack's account and region cannot be looked up (no valid credential sources), " +
        "needed are a region and credentials of AWS: aws sts get-caller-identity",
    ],
    [
      "a bus of another region",
      { eventBusName: busAbroad },
      fakeAws(),
      `eventBusName is "${busAbroad}", allowed is a bus of this account and region, ` +
        "arn:aws:events:eu-west-1:123456789012:event-bus/..., because a rule cannot be made on another: " +
        'set eventBusName to "shared" for the one of that name here',
    ],
    [
      "a wrong value that is known late",
      { vpcId: later("oops"), subnetIds: ["subnet-1", "subnet-2"] },
      fakeAws(),
      "EdpMonitor has 1 wrong value:\n" +
        '  vpcId is "oops", allowed is the id of a VPC, such as vpc-0123456789abcdef0: set vpcId to "vpc-0123456789abcdef0"',
    ],
    [
      "a bucket's wrong name, known late",
      { bucketName: later("lab--x-s3") },
      fakeAws(),
      'EdpMonitor has 1 wrong value:\n  bucketName is "lab--x-s3", a directory bucket, which sends no events, ' +
        "allowed is the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens " +
        '(before March 2018 also capitals, underscores, and up to 255 characters): set bucketName to "my-bucket"',
    ],
    [
      "more tags than a new VPC's subnets can have, known late",
      { tags: later(Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`t${i}`, "1"]))) },
      fakeAws(),
      "EdpMonitor has 1 wrong value:\n  tags is 49 tags with a new VPC, whose subnets get the tags Name and " +
        "SubnetType as well, allowed are 50 in all: set tags to " +
        JSON.stringify(Object.fromEntries(Array.from({ length: 48 }, (_, i) => [`t${i}`, "1"]))),
    ],
    [
      "a wrong value in a list, known late",
      { vpcId: "vpc-1", subnetIds: ["subnet-1", later("oops")] },
      fakeAws(),
      "EdpMonitor has 1 wrong value:\n" +
        '  subnetIds is ["subnet-1","oops"], allowed is the ids of two private subnets or more, in different availability zones: ' +
        'set subnetIds to ["subnet-0123456789abcdef0","subnet-0fedcba9876543210"]',
    ],
  ];
  for (const [what, args, provider, message] of problems) {
    it(`makes nothing with ${what}, and says it once, as it is`, async () => {
      expect(await failure(args, provider)).to.deep.equal({ message, made: [] });
    });
  }

  it("makes nothing when a Lambda has not been built", async () => {
    const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "edp-not-built-")));
    try {
      const made = await failure({}, fakeAws(), (await copyOfPackage(copy)).EdpMonitor);
      expect(made).to.deep.equal({
        message: `the bundle of the Lambda migration is missing, looked for ${copy}/dist/functions/migration: npm run build`,
        made: [],
      });
    } finally {
      fs.rmSync(copy, { recursive: true });
    }
  });

  it("makes nothing in a clone whose Lambdas cannot be bundled as they are now", async () => {
    const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "edp-wrong-source-")));
    try {
      const { EdpMonitor: component } = await copyOfPackage(copy, {
        parts: ["scripts", "functions"],
      });
      fs.appendFileSync(path.join(copy, "functions/ingest/handler.ts"), "const wrong: = 1;\n");
      const { message, made } = await failure({}, fakeAws(), component);
      expect(message).to.match(/^the Lambdas cannot be bundled:\n.*Unexpected "="\n/);
      expect(message).to.match(/functions\/ingest\/handler\.ts:\d+:13:/);
      expect(made).to.deep.equal([]);
    } finally {
      fs.rmSync(copy, { recursive: true });
    }
  });
});
