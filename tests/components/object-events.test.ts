import { expect } from "chai";
import { objectEventPattern } from "../../components/parts/object-event-pattern";
import {
  dependenciesOf,
  inputs,
  listOf,
  monitorGraph,
  plainGraph,
  node,
  statements,
} from "../../support/graph";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:edp-object-events";
const ruleArns = [
  "arn:aws:events:eu-west-1:123456789012:rule/edp-object-events",
  "arn:aws:events:eu-west-1:123456789012:rule/edp-object-events-heartbeat",
];

describe("object-events", () => {
  it("looks the bucket up, so that a typo is no silence", async () => {
    const { invokes } = await plainGraph();
    expect(invokes.filter(({ token }) => token.startsWith("aws:s3/"))).to.deep.equal([
      { token: "aws:s3/getBucket:getBucket", inputs: { bucket: "instrument-bucket" } },
    ]);
  });

  it("matches the bucket's object events, less the ignored ones", async () => {
    const pattern = async (bucketIgnorePrefixes: string): Promise<unknown> => {
      const graph = await monitorGraph({ bucketIgnorePrefixes });
      return JSON.parse(String(inputs(graph, "EventRule", "edp-object-events")["eventPattern"]));
    };
    const expected = (prefix: string[]) => ({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: {
        bucket: { name: ["instrument-bucket"] },
        object: { key: [{ "anything-but": { prefix } }] },
      },
    });
    expect(await pattern("")).to.deep.equal(expected([".quilt/"]));
    // an inner wildcard is ingest's matter
    expect(await pattern("raw/*, scratch, *.tmp, a/*/b")).to.deep.equal(
      expected([".quilt/", "raw/", "scratch/"]),
    );
  });

  it("leaves the last patterns to ingest where the rule would be too long", () => {
    const prefixes = Array.from({ length: 200 }, (_, index) => `instrument-${index}/`);
    const pattern = objectEventPattern("instrument-bucket", prefixes);
    const { detail } = JSON.parse(pattern) as {
      detail: { object: { key: [{ "anything-but": { prefix: string[] } }] } };
    };
    const kept = detail.object.key[0]["anything-but"].prefix;
    expect(kept).to.deep.equal(prefixes.slice(0, kept.length));
    expect(pattern.length).to.be.within(2048 - 20, 2048);
  });

  it("queues them, to be tried as often and kept as long as SQS can", async () => {
    const graph = await plainGraph();
    const { redrivePolicy, ...queue } = inputs(graph, "Queue", "edp-object-events");
    expect(queue).to.deep.equal({
      messageRetentionSeconds: 1_209_600,
      receiveWaitTimeSeconds: 20,
      visibilityTimeoutSeconds: 100,
      sqsManagedSseEnabled: true,
    });
    expect(JSON.parse(String(redrivePolicy))).to.deep.equal({
      deadLetterTargetArn: `${queueArn}-dead-letters`,
      maxReceiveCount: 1000,
    });
    for (const name of ["edp-object-events-dead-letters", "edp-object-events-undelivered"]) {
      expect(inputs(graph, "Queue", name)).to.deep.equal({
        messageRetentionSeconds: 1_209_600,
        sqsManagedSseEnabled: true,
      });
    }
    const { queueUrl, redriveAllowPolicy } = inputs(
      graph,
      "RedriveAllowPolicy",
      "edp-object-events",
    );
    expect(queueUrl).to.equal("https://sqs/edp-object-events-dead-letters");
    expect(JSON.parse(String(redriveAllowPolicy))).to.deep.equal({
      redrivePermission: "byQueue",
      sourceQueueArns: [queueArn],
    });
  });

  it("lets no queue give up its messages into one that is EventBridge's", async () => {
    const graph = await plainGraph();
    for (const name of ["edp-object-events-undelivered", "edp-package-events-undelivered"]) {
      const { queueUrl, redriveAllowPolicy } = inputs(graph, "RedriveAllowPolicy", name);
      expect(queueUrl).to.equal(`https://sqs/${name}`);
      expect(JSON.parse(String(redriveAllowPolicy))).to.deep.equal({
        redrivePermission: "denyAll",
      });
    }
  });

  it("sends a heartbeat the same way, as EventBridge makes it", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "EventRule", "edp-object-events-heartbeat")).to.deep.equal({
      description: "EDP Monitor: a heartbeat along the way of the object events",
      scheduleExpression: "rate(1 minute)",
    });
    for (const name of ["edp-object-events", "edp-object-events-heartbeat"]) {
      expect(inputs(graph, "EventTarget", name)).to.deep.equal({
        rule: name,
        arn: queueArn,
        deadLetterConfig: { arn: `${queueArn}-undelivered` },
      });
    }
  });

  it("has queue policies that admit these rules, and TLS only", async () => {
    const graph = await plainGraph();
    const sendFromRules = (name: string) => ({
      Sid: "SendFromRules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: `arn:aws:sqs:eu-west-1:123456789012:${name}`,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    });
    const denyWithoutTls = (name: string) => ({
      Sid: "DenyWithoutTls",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: `arn:aws:sqs:eu-west-1:123456789012:${name}`,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    for (const name of ["edp-object-events", "edp-object-events-undelivered"]) {
      expect(inputs(graph, "QueuePolicy", name)["queueUrl"]).to.equal(`https://sqs/${name}`);
      expect(statements(graph, "QueuePolicy", name)).to.deep.equal([
        sendFromRules(name),
        denyWithoutTls(name),
      ]);
    }
    expect(statements(graph, "QueuePolicy", "edp-object-events-dead-letters")).to.deep.equal([
      denyWithoutTls("edp-object-events-dead-letters"),
    ]);
  });

  it("sends nothing before the queues take it", async () => {
    const graph = await plainGraph();
    for (const name of ["edp-object-events", "edp-object-events-heartbeat"]) {
      const before = dependenciesOf(graph, node(graph, "EventTarget", name));
      for (const policy of ["edp-object-events", "edp-object-events-undelivered"]) {
        expect(before.has(node(graph, "QueuePolicy", policy).urn)).to.equal(true);
      }
    }
  });

  it("leaves the bucket's notifications alone, unless it is told to own them", async () => {
    expect(listOf(await plainGraph()).join()).to.not.include("BucketNotification");
    const graph = await monitorGraph({ enableBucketNotifications: true });
    expect(inputs(graph, "BucketNotification", "edp-object-events")).to.deep.equal({
      bucket: "instrument-bucket",
      eventbridge: true,
    });
  });
});
