import { expect } from "chai";
import {
  dependenciesOf,
  inputs,
  later,
  listOf,
  monitorGraph,
  plainGraph,
  node,
  rejection,
  statements,
} from "../../support/graph";

const busArn = "arn:aws:events:eu-west-1:123456789012:event-bus/shared";
const topicArn = "arn:aws:sns:eu-west-1:123456789012:edp-package-events";
const undeliveredArn = "arn:aws:sqs:eu-west-1:123456789012:edp-package-events-undelivered";

describe("package-events", () => {
  it("sends the bucket's announcements to a topic", async () => {
    const graph = await plainGraph();
    const { eventPattern, ...rule } = inputs(graph, "EventRule", "edp-package-events");
    expect(rule).to.deep.equal({
      description: "EDP Monitor: announcements of the bucket to the topic",
      eventBusName: "edp-package-events",
    });
    expect(JSON.parse(String(eventPattern))).to.deep.equal({
      source: ["com.quiltdata.edp"],
      "detail-type": ["package-objects-ready"],
      detail: { bucket: ["instrument-bucket"] },
    });
    expect(inputs(graph, "EventTarget", "edp-package-events")).to.deep.equal({
      rule: "edp-package-events",
      eventBusName: "edp-package-events",
      arn: topicArn,
      deadLetterConfig: { arn: undeliveredArn },
    });
  });

  it("has a topic policy without a condition, and no encryption that keeps EventBridge out", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "Topic", "edp-package-events")).to.deep.equal({});
    expect(inputs(graph, "TopicPolicy", "edp-package-events")["arn"]).to.equal(topicArn);
    expect(statements(graph, "TopicPolicy", "edp-package-events")).to.deep.equal([
      {
        Sid: "PublishFromRules",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
      },
    ]);
  });

  it("encrypts the topic with the user's key", async () => {
    const topicKmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab";
    for (const given of [topicKmsKeyArn, later(topicKmsKeyArn)]) {
      const graph = await monitorGraph({ topicKmsKeyArn: given });
      expect(inputs(graph, "Topic", "edp-package-events")).to.deep.equal({
        kmsMasterKeyId: topicKmsKeyArn,
      });
    }
  });

  it("keeps what the topic does not take", async () => {
    const graph = await plainGraph();
    const [send] = statements(graph, "QueuePolicy", "edp-package-events-undelivered") as unknown[];
    expect(send).to.deep.equal({
      Sid: "SendFromRules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: undeliveredArn,
      Condition: {
        ArnEquals: {
          "aws:SourceArn": ["arn:aws:events:eu-west-1:123456789012:rule/edp-package-events"],
        },
      },
    });
    const before = dependenciesOf(graph, node(graph, "EventTarget", "edp-package-events"));
    expect(before.has(node(graph, "TopicPolicy", "edp-package-events").urn)).to.equal(true);
    expect(before.has(node(graph, "QueuePolicy", "edp-package-events-undelivered").urn)).to.equal(
      true,
    );
  });

  for (const [how, eventBusName] of [
    ["name", "shared"],
    ["ARN", busArn],
    ["an output", later(busArn)],
  ] as const) {
    it(`uses an existing bus, given by ${how}`, async () => {
      const graph = await monitorGraph({ eventBusName });
      expect(listOf(graph).join()).to.not.include("EventBus ");
      expect(inputs(graph, "EventRule", "edp-package-events")["eventBusName"]).to.equal("shared");
      expect(inputs(graph, "EventTarget", "edp-package-events")["eventBusName"]).to.equal("shared");
      expect(node(graph, "EdpMonitor", "edp").outputs).to.include({
        eventBusName: "shared",
        eventBusArn: busArn,
      });
    });
  }

  for (const foreign of [
    "arn:aws:events:eu-west-1:999999999999:event-bus/shared",
    "arn:aws:events:us-east-1:123456789012:event-bus/shared",
    "arn:aws-cn:events:eu-west-1:123456789012:event-bus/shared",
  ]) {
    it(`refuses ${foreign}`, async () => {
      expect(await rejection(monitorGraph({ eventBusName: foreign }))).to.include(
        `eventBusName is "${foreign}", allowed is a bus of this account and region, ` +
          "arn:aws:events:eu-west-1:123456789012:event-bus/..., because a rule cannot be made on another: " +
          'set eventBusName to "shared" for the one of that name here',
      );
    });
  }
});
