import { expect } from "chai";
import { localProvider } from "../../local/bodies";
import type { LogLine } from "../../local/log";
import type { Provider } from "../../local/program";
import { Resources } from "../../local/resources";
import { rejection } from "../../support/rejection";

describe("bodies of resources", () => {
  let resources: Resources;
  let provider: Provider;
  let logs: LogLine[];
  let messages: [string, string][];
  beforeEach(() => {
    logs = [];
    messages = [];
    resources = new Resources({
      region: "eu-west-1",
      folder: "/nowhere",
      speed: 1,
      log: (line) => logs.push(line),
      onMessage: (topic, message) => messages.push([topic, message]),
    });
    provider = localProvider(resources, (_type, _name, inputs) => inputs);
  });

  const make = (type: string, name: string, inputs: Record<string, unknown> = {}) =>
    provider.create({ type, name, inputs, custom: true }).then(({ state }) => state);
  const arnOf = (service: string, resource: string) =>
    `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
  const event = {
    version: "0",
    id: "1",
    "detail-type": "thing",
    source: "test",
    account: "123456789012",
    time: "2026-11-23T10:15:30Z",
    region: "eu-west-1",
    resources: [],
    detail: { n: 1 },
  } as const;
  const makeRule = (fields: Record<string, unknown> = {}) =>
    make("aws:cloudwatch/eventRule:EventRule", "rule", {
      eventPattern: '{"source":["test"]}',
      ...fields,
    });
  const target = (fields: Record<string, unknown>) =>
    make("aws:cloudwatch/eventTarget:EventTarget", "target", { rule: "rule", ...fields });
  const queueArn = arnOf("sqs", "queue");

  it("are refused for a type that nobody knows, by its name", async () => {
    expect(await rejection(make("aws:dynamodb/table:Table", "things"))).to.match(
      /^the local stack has no body for aws:dynamodb\/table:Table \(things\)/,
    );
    expect(await rejection(provider.invoke("aws:ec2/getVpc:getVpc", {}))).to.equal(
      "the local stack does not answer aws:ec2/getVpc:getVpc",
    );
  });

  it("generate a password of their own each time, as long as RDS needs it", async () => {
    const type = "random:index/randomPassword:RandomPassword";
    const [first, second] = await Promise.all([make(type, "a"), make(type, "b")]);

    expect(first["result"]).to.match(/^[A-Za-z0-9]{40}$/);
    expect(first["result"]).not.to.equal(second["result"]);
  });

  it("take events of a rule that a queue's policy admits, and say which it does not", async () => {
    const queue = await make("aws:sqs/queue:Queue", "queue");
    const rule = await makeRule();
    await target({ arn: queue["arn"] });
    resources.buses[0]!.put(event);
    expect(resources.queues.get("queue")!.size).to.equal(0);
    expect(logs).to.deep.equal([
      {
        level: "error",
        from: "rule",
        text: `FailedInvocations: ${queueArn} does not take its events, its policy does not admit the rule`,
      },
    ]);

    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": [rule["arn"]] } },
    };
    await make("aws:sqs/queuePolicy:QueuePolicy", "queue", {
      queueUrl: queue["url"],
      policy: JSON.stringify({ Statement: [statement] }),
    });
    resources.buses[0]!.put(event);
    resources.buses[0]!.put({ ...event, source: "other" });

    expect(resources.queues.get("queue")!.bodies()).to.deep.equal([JSON.stringify(event)]);
  });

  it("take a target's input in the place of the event", async () => {
    await make("aws:sns/topic:Topic", "topic");
    await makeRule();
    await target({ arn: arnOf("sns", "topic"), input: '{"fixed":true}' });

    resources.buses[0]!.put(event);

    expect(messages).to.deep.equal([["topic", '{"fixed":true}']]);
  });

  it("take a bus that the program does not make for one of the user's", async () => {
    await make("aws:sns/topic:Topic", "topic");
    const rule = await makeRule({ eventBusName: "mine" });
    await target({ arn: arnOf("sns", "topic") });

    expect(rule["arn"]).to.equal(arnOf("events", "rule/mine/rule"));
    expect(resources.buses.map(({ arn }) => arn)).to.deep.equal([
      arnOf("events", "event-bus/default"),
      arnOf("events", "event-bus/mine"),
    ]);
    resources.buses[1]!.put(event);
    expect(messages).to.deep.equal([["topic", JSON.stringify(event)]]);
  });

  const wrong: [string, () => Promise<unknown>, string][] = [
    [
      "a pattern's operator",
      () => makeRule({ eventPattern: '{"source":[{"wildcard":"a*"}]}' }),
      "event pattern uses wildcard at source, which the local stack does not know: allowed are values, prefix, suffix, equals-ignore-case, exists and anything-but",
    ],
    [
      "a schedule",
      () => makeRule({ scheduleExpression: "cron(0 * * * ? *)", eventPattern: undefined }),
      'schedule is "cron(0 * * * ? *)", which the local stack does not know: allowed is rate(1 minute) and the like',
    ],
    [
      "a target's transformer",
      () => makeRule().then(() => target({ arn: queueArn, inputTransformer: {} })),
      "target target uses inputTransformer, which the local stack does not know",
    ],
    [
      "a target of another kind",
      () => makeRule().then(() => target({ arn: arnOf("firehose", "stream") })),
      `rule rule has the target ${arnOf("firehose", "stream")}, which the local stack does not know`,
    ],
    [
      "a target of no rule",
      () => target({ arn: queueArn }),
      "there is no rule rule in the program",
    ],
  ];
  for (const [name, attempt, message] of wrong) {
    it(`refuse ${name} that they do not know, when it is made`, async () => {
      expect(await rejection(attempt())).to.equal(message);
    });
  }
});
