import { expect } from "chai";
import * as fc from "fast-check";
import { prefixUriOf } from "../../announcement";
import { QuiltEngine, type QuiltEngineArgs } from "../../components";
import { compilePattern } from "../../local/events/pattern";
import { graphOf, inputs, listOf, node } from "../../support/graph";
import { delivered } from "../support/announcements";
import { renderInput } from "../support/render-input";

type Graph = Awaited<ReturnType<typeof graphOf>>;

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:quilt-PackagerQueue-1A2B3C";
const given: QuiltEngineArgs = { eventBusName: "edp", bucketName: "instrument-bucket", queueArn };
const engine = (args: Partial<QuiltEngineArgs> = {}) =>
  graphOf(() => new QuiltEngine("quilt", { ...given, ...args }));

const announced = (prefix: string, bucket = "instrument-bucket") => delivered({ prefix, bucket });

/** What the engine's queue gets of an announcement. */
function requested(graph: Graph, event: object): Record<string, unknown> {
  const target = inputs(graph, "EventTarget", "quilt") as {
    inputTransformer: Parameters<typeof renderInput>[0];
  };
  return JSON.parse(renderInput(target.inputTransformer, event)) as Record<string, unknown>;
}

describe("QuiltEngine", () => {
  it("is a rule with a transformer, and a queue for what could not be delivered", async () => {
    const graph = await engine();
    expect(listOf(graph)).to.deep.equal([
      "EventRule quilt",
      "EventTarget quilt",
      "Queue quilt-undelivered",
      "QueuePolicy quilt-undelivered",
      "QuiltEngine quilt",
      "RedriveAllowPolicy quilt-undelivered",
    ]);
    expect(inputs(graph, "EventTarget", "quilt")).to.deep.equal({
      rule: "quilt",
      eventBusName: "edp",
      arn: queueArn,
      inputTransformer: {
        inputPaths: { uri: "$.detail.prefixUri" },
        inputTemplate: '{"source_prefix":"<uri>","registry":"instrument-bucket"}',
      },
      deadLetterConfig: { arn: "arn:aws:sqs:eu-west-1:123456789012:quilt-undelivered" },
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
  });

  it("asks for a package of each prefix, with what it was told", async () => {
    const graph = await engine({
      registry: "packages",
      workflow: "assay",
      commitMessage: "Packaged by EDP",
      metadataFile: "meta/metadata.json",
    });
    expect(requested(graph, announced("inst/exp 1?/"))).to.deep.equal({
      source_prefix: "s3://instrument-bucket/inst/exp%201%3F/",
      registry: "packages",
      workflow: "assay",
      commit_message: "Packaged by EDP",
      metadata_uri: "meta/metadata.json",
    });
    expect(requested(await engine({ workflow: "" }), announced(""))).to.deep.equal({
      source_prefix: "s3://instrument-bucket/",
      registry: "instrument-bucket",
      workflow: "", // none
    });
  });

  it("asks for the very prefix, whatever is in its name", async () => {
    const graph = await engine();
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const prefix = `${name.replaceAll("\0", "")}/`;
        const { source_prefix: uri } = requested(graph, announced(prefix));
        expect(uri).to.equal(prefixUriOf("instrument-bucket", prefix));
        expect(decodeURIComponent(String(uri).slice("s3://instrument-bucket/".length))).to.equal(
          prefix,
        );
      }),
    );
  });

  it("takes this bucket's announcements, those that have a prefix to carry", async () => {
    const graph = await engine({ prefixPattern: "seq-1/*" });
    const matches = compilePattern(inputs(graph, "EventRule", "quilt")["eventPattern"] as string);
    expect(matches(announced("seq-1/run/"))).to.equal(true);
    expect(matches(announced("seq-2/run/"))).to.equal(false);
    expect(matches(announced("seq-1/run/", "another-bucket"))).to.equal(false);
    const ofQuilt = { version: "0.1", bucket: "instrument-bucket", prefix: "seq-1/run/" };
    expect(matches({ ...announced("seq-1/run/"), detail: ofQuilt })).to.equal(false);
  });

  it("works on the default bus, where Quilt's own documentation has its rule", async () => {
    const graph = await engine({ eventBusName: "default" });
    for (const type of ["EventRule", "EventTarget"]) {
      expect(inputs(graph, type, "quilt")["eventBusName"], type).to.equal("default");
    }
  });

  it("says what the policy of the engine's queue needs, which it does not write", async () => {
    let statement: unknown;
    await graphOf(() => {
      const { queuePolicyStatement } = new QuiltEngine("quilt", given);
      queuePolicyStatement.apply((text) => (statement = JSON.parse(text) as unknown));
    });
    expect(statement).to.deep.equal({
      Sid: "SendFromRules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: {
        ArnEquals: { "aws:SourceArn": ["arn:aws:events:eu-west-1:123456789012:rule/quilt"] },
      },
    });
  });

  it("has alarms on what could not be delivered, where it is told to whom", async () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    const graph = await engine({ alarmTopicArn: topic });
    for (const id of ["quilt-undelivered", "quilt-lost"]) {
      expect(node(graph, "MetricAlarm", id).inputs["alarmActions"]).to.deep.equal([topic]);
    }
  });

  for (const [what, args, says] of [
    [
      "a queue's URL",
      { queueArn: "https://sqs.eu-west-1.amazonaws.com/123456789012/q" },
      'queueArn is "https://sqs.eu-west-1.amazonaws.com/123456789012/q", allowed is the ARN of a standard SQS queue',
    ],
    [
      "a message that EventBridge would read as a variable",
      { commitMessage: "by <aws.events.rule-name>" },
      'commitMessage is "by <aws.events.rule-name>", allowed is a line of 1 to 1024 characters, without <, >, " and \\',
    ],
    [
      "metadata outside of the prefix",
      { metadataFile: "../metadata.json" },
      'metadataFile is "../metadata.json", allowed is a path below the prefix',
    ],
    [
      "metadata by a URI",
      { metadataFile: "s3://b/metadata.json" },
      'metadataFile is "s3://b/metadata.json", allowed is a path below the prefix',
    ],
    ["a registry by its URI", { registry: "s3://packages" }, 'registry is "s3://packages"'],
    [
      "an arg of a subscription's",
      { functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f" } as object,
      "functionArn",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => new QuiltEngine("quilt", { ...given, ...args })).to.throw(says);
    });
  }

  it("refuses a queue of another account, and makes nothing then", async () => {
    const elsewhere = "arn:aws:sqs:eu-west-1:210987654321:packager";
    let made: Graph | undefined;
    const failed: unknown = await engine({ queueArn: elsewhere }).then(
      (graph) => (made = graph),
      (error: unknown) => error,
    );
    expect(made).to.equal(undefined);
    expect(String(failed)).to.contain(
      `queueArn is "${elsewhere}", allowed is one of this account and region, 123456789012 in eu-west-1: ` +
        "bring the announcements to a bus there with a PackageSubscription, and have the QuiltEngine there",
    );
  });
});
