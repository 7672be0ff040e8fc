import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { EdpMonitor, PackageSubscription, type PackageSubscriptionArgs } from "../../components";
import {
  dependenciesOf,
  fakeAws,
  graphOf,
  inputs,
  later,
  listOf,
  node,
  statements,
} from "../../support/graph";

const bus = { eventBusName: "edp", bucketName: "instrument-bucket" };
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;
const queueArn = arn("sqs", "packages");
const ruleArn = arn("events", "rule/packages");
const subscribed = (args: Partial<PackageSubscriptionArgs>) =>
  graphOf(() => new PackageSubscription("packages", { ...bus, ...args }));

/** What every subscription has. */
const always = [
  "EventRule packages",
  "EventTarget packages",
  "PackageSubscription packages",
  "Queue packages-undelivered",
  "QueuePolicy packages-undelivered",
  "RedriveAllowPolicy packages-undelivered",
];

describe("PackageSubscription", () => {
  it("brings a bucket's announcements into a queue, which lets this rule in and nobody else", async () => {
    const graph = await subscribed({ queueArn });
    expect(listOf(graph)).to.deep.equal([...always, "QueuePolicy packages"].sort());
    expect(inputs(graph, "EventRule", "packages")).to.deep.equal({
      description: "EDP Monitor: announcements of instrument-bucket to packages",
      eventBusName: "edp",
      eventPattern: JSON.stringify({
        source: ["com.quiltdata.edp"],
        "detail-type": ["package-objects-ready"],
        detail: { bucket: ["instrument-bucket"] },
      }),
    });
    expect(inputs(graph, "EventTarget", "packages")).to.deep.equal({
      rule: "packages",
      eventBusName: "edp",
      arn: queueArn,
      deadLetterConfig: { arn: arn("sqs", "packages-undelivered") },
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
    expect(inputs(graph, "QueuePolicy", "packages")["queueUrl"]).to.equal("https://sqs/packages");
    expect(statements(graph, "QueuePolicy", "packages")).to.deep.equal([
      {
        Sid: "SendFromRules",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": [ruleArn] } },
      },
    ]);
  });

  it("keeps for two weeks what could not be delivered, in a queue that is there before the target", async () => {
    const graph = await subscribed({ queueArn });
    expect(inputs(graph, "Queue", "packages-undelivered")).to.deep.equal({
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    const [send] = statements(graph, "QueuePolicy", "packages-undelivered") as object[];
    expect(send).to.deep.include({
      Resource: arn("sqs", "packages-undelivered"),
      Condition: { ArnEquals: { "aws:SourceArn": [ruleArn] } },
    });
    const before = dependenciesOf(graph, node(graph, "EventTarget", "packages"));
    for (const name of ["packages", "packages-undelivered"]) {
      expect(before.has(node(graph, "QueuePolicy", name).urn), name).to.equal(true);
    }
  });

  it("leaves the policy of a queue that has one", async () => {
    const graph = await subscribed({ queueArn, manageQueuePolicy: false });
    expect(listOf(graph)).to.deep.equal(always);
    expect(inputs(graph, "EventTarget", "packages")["arn"]).to.equal(queueArn);
  });

  for (const [what, functionArn, name, qualifier] of [
    ["a function", arn("lambda", "function:packager"), "packager", undefined],
    ["an alias of one", arn("lambda", "function:packager:live"), "packager", "live"],
  ] as const) {
    it(`calls ${what}`, async () => {
      const graph = await subscribed({ functionArn });
      expect(listOf(graph)).to.deep.equal([...always, "Permission packages"].sort());
      expect(inputs(graph, "Permission", "packages")).to.deep.equal({
        function: arn("lambda", `function:${name}`),
        ...(qualifier === undefined ? {} : { qualifier }),
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        sourceArn: ruleArn,
      });
      const target = node(graph, "EventTarget", "packages");
      expect(target.inputs["arn"]).to.equal(functionArn);
      const permission = node(graph, "Permission", "packages");
      expect(dependenciesOf(graph, target).has(permission.urn)).to.equal(true);
    });
  }

  for (const [what, args, action, sid] of [
    [
      "starts a state machine",
      { stateMachineArn: arn("states", "stateMachine:packager") },
      "states:StartExecution",
      "StartExecution",
    ],
    [
      "hands on to another bus",
      { targetEventBusArn: "arn:aws:events:us-east-1:210987654321:event-bus/lab/all" },
      "events:PutEvents",
      "PutEventsOnBus",
    ],
  ] as const) {
    it(`${what}, through a role of this rule's alone`, async () => {
      const boundary = "arn:aws:iam::123456789012:policy/boundary";
      const graph = await subscribed({ ...args, permissionsBoundaryArn: boundary });
      expect(listOf(graph)).to.deep.equal(
        [...always, "Role packages", "RolePolicy packages"].sort(),
      );
      const [target] = Object.values(args);
      expect(statements(graph, "RolePolicy", "packages")).to.deep.equal([
        { Sid: sid, Effect: "Allow", Action: action, Resource: target },
      ]);
      expect(statements(graph, "Role", "packages", "assumeRolePolicy")).to.deep.equal([
        {
          Sid: "AssumedByRule",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
        },
      ]);
      expect(inputs(graph, "Role", "packages")["permissionsBoundary"]).to.equal(boundary);
      expect(inputs(graph, "EventTarget", "packages")).to.deep.include({
        arn: target,
        roleArn: "arn:aws:iam::123456789012:role/packages",
      });
      const before = dependenciesOf(graph, node(graph, "EventTarget", "packages"));
      expect(before.has(node(graph, "RolePolicy", "packages").urn)).to.equal(true);
    });
  }

  it("starts an alias of a state machine with the permission of the state machine", async () => {
    const stateMachineArn = arn("states", "stateMachine:packager");
    const graph = await subscribed({ stateMachineArn: `${stateMachineArn}:live` });
    expect(inputs(graph, "EventTarget", "packages")["arn"]).to.equal(`${stateMachineArn}:live`);
    expect(statements(graph, "RolePolicy", "packages")).to.deep.equal([
      {
        Sid: "StartExecution",
        Effect: "Allow",
        Action: "states:StartExecution",
        Resource: stateMachineArn,
      },
    ]);
  });

  for (const [pattern, filter] of [
    ["sequencer-1/*", { prefix: "sequencer-1/" }],
    ["sequencer-1", { prefix: "sequencer-1/" }],
    ["sequencer-1//", { prefix: "sequencer-1/" }],
    ["seq**", { prefix: "seq" }],
    ["*/run-*/", { wildcard: "*/run-*/" }],
    ["*/run-1", { wildcard: "*/run-1/*" }],
    ["a\\b/*/c/", { wildcard: "a\\\\b/*/c/" }],
    ["*", undefined],
  ] as const) {
    it(`takes prefixes that match ${pattern}`, async () => {
      const graph = await subscribed({ queueArn, prefixPattern: later(pattern) });
      const { eventPattern } = inputs(graph, "EventRule", "packages");
      const { detail } = JSON.parse(eventPattern as string) as { detail: object };
      const prefix = filter === undefined ? {} : { prefix: [filter] };
      expect(detail).to.deep.equal({ bucket: ["instrument-bucket"], ...prefix });
    });
  }

  it("says that something could not be delivered, if it knows to whom", async () => {
    const topic = arn("sns", "alarms");
    const graph = await subscribed({ queueArn, alarmTopicArn: topic });
    const alarms = listOf(graph).filter((one) => one.startsWith("MetricAlarm"));
    expect(alarms).to.deep.equal(["MetricAlarm packages-lost", "MetricAlarm packages-undelivered"]);
    expect(inputs(graph, "MetricAlarm", "packages-undelivered")).to.deep.include({
      alarmDescription:
        "EDP Monitor of instrument-bucket, to packages: Announcements could not be delivered: they wait in a queue, for 14 days. " +
        'What to do: docs/observability.md, "undelivered".',
      dimensions: { QueueName: "packages-undelivered" },
      metricName: "ApproximateNumberOfMessagesVisible",
      alarmActions: [topic],
      okActions: [topic],
    });
    expect(inputs(graph, "MetricAlarm", "packages-lost")).to.deep.include({
      dimensions: { EventBusName: "edp", RuleName: "packages" },
      metricName: "InvocationsFailedToBeSentToDlq",
    });
  });

  it("takes all of it from other resources, and tags everything", async () => {
    const graph = await graphOf(() => {
      const monitor = new EdpMonitor("edp", { bucketName: "instrument-bucket" });
      const queue = new aws.sqs.Queue("packages");
      new PackageSubscription("packages", {
        eventBusName: monitor.eventBusName,
        bucketName: later("instrument-bucket"),
        queueArn: queue.arn,
        alarmTopicArn: monitor.alarmTopicArn,
        tags: { team: later("genomics"), cost: "7" },
      });
    });
    expect(inputs(graph, "EventTarget", "packages")).to.include({
      eventBusName: "edp-package-events",
      arn: queueArn,
    });
    for (const [type, name] of [
      ["EventRule", "packages"],
      ["Queue", "packages-undelivered"],
      ["MetricAlarm", "packages-lost"],
    ] as const) {
      expect(inputs(graph, type, name)["tags"]).to.deep.equal({ team: "genomics", cost: "7" });
    }
  });

  it("shows all of it in a first preview, and asks for no queue that is not there", async () => {
    const provider = fakeAws();
    const program = () => {
      const queue = new aws.sqs.Queue("packages");
      new PackageSubscription("packages", { ...bus, queueArn: queue.arn });
    };
    const preview = await graphOf(
      program,
      { ...provider, create: () => Promise.resolve({ state: {} }) },
      { isPreview: true },
    );
    expect(preview.invokes.map(({ token }) => token)).not.to.include("aws:sqs/getQueue:getQueue");
    expect(listOf(preview)).to.deep.equal(listOf(await graphOf(program)));
  });
});
