import { expect } from "chai";
import { EventBus, Rule } from "../../local/events/bus";
import { PutEventsEndpoint, type PutEventsEntry } from "../../local/events/put-events";
import { rejection } from "../../support/rejection";

describe("PutEvents endpoint", () => {
  const place = { account: "123456789012", region: "eu-west-1" };
  const arn = "arn:aws:events:eu-west-1:123456789012:event-bus/packages";
  let endpoint: PutEventsEndpoint;
  let arrived: Record<string, unknown>[];
  let asked: [bus: string, entries: number][];

  beforeEach(async () => {
    const bus = new EventBus("packages", arn);
    const rule = new Rule("all", "arn:rule", { eventPattern: '{"account":["123456789012"]}' });
    arrived = [];
    asked = [];
    rule.addTarget({
      arn: "arn:target",
      deliver: (body) => arrived.push(JSON.parse(body) as Record<string, unknown>) > 0,
    });
    bus.addRule(rule);
    endpoint = new PutEventsEndpoint({
      findBus: (nameOrArn) => ([bus.name, bus.arn].includes(nameOrArn) ? bus : undefined),
      isAllowed: (accessKey, bus, entries) => {
        asked.push([bus.name, entries.length]);
        return accessKey === "emitter" && entries.every(({ Source }) => Source !== "secret");
      },
      place,
    });
    await endpoint.start();
  });
  afterEach(() => endpoint.stop());

  const entry = (fields: Partial<PutEventsEntry> = {}): PutEventsEntry => ({
    Source: "test",
    DetailType: "thing",
    Detail: '{"n":1}',
    EventBusName: "packages",
    ...fields,
  });
  async function call(
    body: unknown,
    { target = "AWSEvents.PutEvents", accessKey = "emitter" } = {},
  ): Promise<{ status: number; answer: Record<string, unknown> }> {
    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": target,
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20261123/eu-west-1/events/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  }
  const put = (...entries: PutEventsEntry[]) => call({ Entries: entries });
  const idsOf = (answer: Record<string, unknown>) =>
    (answer["Entries"] as { EventId?: string }[]).map(({ EventId }) => EventId);

  it("puts whole events on the named bus, by name or ARN, and answers with their ids", async () => {
    const { status, answer } = await put(
      entry({ Time: 1_795_000_000, Resources: ["arn:aws:s3:::b"] }),
      entry({ EventBusName: arn, Detail: '{"n":2}' }),
    );

    expect(status).to.equal(200);
    expect(answer["FailedEntryCount"]).to.equal(0);
    expect(arrived.map(({ id }) => id)).to.deep.equal(idsOf(answer));
    const [{ id, ...first }, second] = arrived as [{ id: unknown }, Record<string, unknown>];
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(first).to.deep.equal({
      version: "0",
      "detail-type": "thing",
      source: "test",
      account: "123456789012",
      time: "2026-11-18T11:06:40Z",
      region: "eu-west-1",
      resources: ["arn:aws:s3:::b"],
      detail: { n: 1 },
    });
    expect(second["resources"]).to.deep.equal([]);
    expect(second["time"]).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("fails single entries as EventBridge does, and puts the others", async () => {
    const { status, answer } = await put(
      entry({ Source: "" }),
      entry({ Detail: "{" }),
      entry({ Detail: "[]" }),
      entry({ Source: "aws.s3" }),
      entry({ Detail: '{"n":5}' }),
    );

    expect(status).to.equal(200);
    expect(answer["FailedEntryCount"]).to.equal(4);
    const entries = answer["Entries"] as Record<string, string>[];
    expect(entries.map(({ ErrorCode }) => ErrorCode)).to.deep.equal([
      "InvalidArgument",
      "MalformedDetail",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
      undefined,
    ]);
    expect(arrived.map(({ detail }) => detail)).to.deep.equal([{ n: 5 }]);
  });

  it("accepts events for a bus that does not exist, as EventBridge does, and drops them", async () => {
    const { status, answer } = await put(entry({ EventBusName: "nowhere" }));

    expect([status, answer["FailedEntryCount"]]).to.deep.equal([200, 0]);
    expect(arrived).to.deep.equal([]);
  });

  it("refuses calls of no entry, of more than ten, and of one MiB", async () => {
    const ten = Array.from({ length: 10 }, () => entry());
    const large = entry({ Detail: JSON.stringify({ text: "x".repeat(1024 * 1024 - 20) }) });

    expect((await put(...ten)).status).to.equal(200);
    expect(await put()).to.deep.equal({
      status: 400,
      answer: {
        __type: "ValidationException",
        message: "0 entries, allowed are 1 to 10 in a call",
      },
    });
    expect((await put(...ten, entry())).answer).to.deep.equal({
      __type: "ValidationException",
      message: "11 entries, allowed are 1 to 10 in a call",
    });
    expect((await put(large)).answer).to.deep.equal({
      __type: "ValidationException",
      message: "total size of the entries is 1048576 bytes, allowed are fewer than 1048576",
    });
    expect(arrived).to.have.length(10);
  });

  it("refuses what is no JSON, and other operations", async () => {
    expect(await call("{")).to.deep.equal({
      status: 400,
      answer: { __type: "SerializationException", message: "the call is not JSON" },
    });
    expect(await call({}, { target: "AWSEvents.PutRule" })).to.deep.equal({
      status: 400,
      answer: {
        __type: "UnknownOperationException",
        message: "the local endpoint knows only PutEvents",
      },
    });
  });

  it("denies a whole call when its role may not put one of the entries, and puts none", async () => {
    const denied = await put(entry(), entry({ Source: "secret" }));

    expect(denied).to.deep.equal({
      status: 400,
      answer: {
        __type: "AccessDeniedException",
        message: `emitter is not authorized to perform: events:PutEvents on resource: ${arn} with the sources test, secret and the detail-types thing`,
      },
    });
    expect(asked).to.deep.equal([["packages", 2]]);
    const nothing = await call(
      { Entries: [{ EventBusName: "packages" }] },
      { accessKey: "ingest" },
    );
    expect(nothing.answer["message"]).to.equal(
      `ingest is not authorized to perform: events:PutEvents on resource: ${arn} with the sources none and the detail-types none`,
    );
    const stranger = await call({ Entries: [entry()] }, { accessKey: "ingest" });
    expect(stranger.answer["__type"]).to.equal("AccessDeniedException");
    expect(arrived).to.deep.equal([]);
  });

  it("fails the entries that a test asks for, and puts the others", async () => {
    endpoint.fault = ({ entries }) => ({ failEntries: entries.length === 3 ? [0, 2] : [] });

    const { answer } = await put(...[1, 2, 3].map((n) => entry({ Detail: `{"n":${n}}` })));

    expect(answer["FailedEntryCount"]).to.equal(2);
    expect((answer["Entries"] as object[])[0]).to.deep.equal({
      ErrorCode: "ThrottlingException",
      ErrorMessage: "asked for",
    });
    expect(arrived.map(({ detail }) => detail)).to.deep.equal([{ n: 2 }]);
  });

  it("fails calls, late or immediately, and loses answers, when a test asks for it", async () => {
    endpoint.fault = () => ({ failCall: { status: 503, type: "InternalException" }, delayMs: 30 });
    const before = Date.now();
    expect(await put(entry())).to.deep.equal({
      status: 503,
      answer: { __type: "InternalException", message: "asked for" },
    });
    expect(Date.now() - before).to.be.at.least(29);
    expect(arrived).to.deep.equal([]);

    endpoint.fault = () => ({ loseAnswer: true });
    expect(await rejection(put(entry()))).to.equal("fetch failed");
    expect(arrived).to.have.length(1);
  });
});
