import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { JsonValues } from "../../start/recorded/json-values";
import { unwrap } from "../../start/recorded/unwrap";

const event = (key: string) => ({
  source: "aws.s3",
  "detail-type": "Object Created",
  detail: { object: { key } },
});
const [a, b] = [event("a"), event("b")];
const text = (value: unknown) => JSON.stringify(value);

describe("recorded JSON", () => {
  function read(...pieces: string[]) {
    const found: unknown[] = [];
    const values = new JsonValues(
      (value, line) => found.push([line, value]),
      (line, problem) => found.push([line, problem]),
    );
    pieces.forEach((piece) => values.add(piece));
    values.end();
    return found;
  }
  const hostile = { "a}{": ['"]', { b: "\\" }, [], {}, -1.5e3, true, null, "\u2028ü"] };

  it("is found one a line, indented, in lists, and one behind the other", () => {
    const indented = text(hostile) && JSON.stringify(hostile, null, 2);
    const lines = indented.split("\n").length;
    const list = JSON.stringify([hostile, a], null, 2);

    expect(read(`${text(hostile)}\n\n${text(a)}`)).to.deep.equal([
      [1, hostile],
      [3, a],
    ]);
    expect(read(`\ufeff${indented}\r\n${indented}`)).to.deep.equal([
      [1, hostile],
      [lines + 1, hostile],
    ]);
    expect(read(list).map((found) => (found as unknown[])[1])).to.deep.equal([hostile, a]);
    expect(read(`${text(a)}${text(b)} ${text(a)}`)).to.deep.equal([
      [1, a],
      [1, b],
      [1, a],
    ]);
    expect(read(`[\n${text(a)},\n${text(b)}\n]\n`)).to.deep.equal([
      [2, a],
      [3, b],
    ]);
  });

  it("is found wherever its text is cut into pieces", () => {
    const whole = `${JSON.stringify([hostile, a], null, 1)}\n${text(b)}`;
    const expected = read(whole);
    expect(expected).to.have.length(3);
    for (let at = 1; at < whole.length; at++) {
      expect(read(whole.slice(0, at), whole.slice(at)), `cut at ${at}`).to.deep.equal(expected);
    }
  });

  it("is found behind what is none, and what is none is named", () => {
    const cut = "is not JSON: an object begins that does not end";
    for (const bad of ['{"a":{"b":1', '{"a":1,', '{"a":"', '{"a":[1,', '{"a":', "{not"]) {
      expect(read(`${text(a)}\n${bad}\n${text(b)}`), bad).to.deep.equal([
        [1, a],
        [2, cut],
        [3, b],
      ]);
    }
    expect(read(`no JSON {\n${text(a)}\n{"a":1}}\n{"a" 1}`)).to.deep.equal([
      [1, "is not JSON"],
      [2, a],
      [3, { a: 1 }],
      [3, "is not JSON"],
      [4, "is not JSON"],
    ]);
  });

  it("is found behind the times of `aws logs tail`", () => {
    expect(read(`2026-11-25T23:01:05.123000+00:00 stream/[1] ${text(a)}`)).to.deep.equal([[1, a]]);
  });
});

describe("a recorded value", () => {
  const record = (key: string, eventName = "ObjectCreated:Put") => ({
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-west-1",
    eventTime: "2026-11-25T23:01:05.123Z",
    eventName,
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    s3: {
      bucket: { name: "lab", arn: "arn:aws:s3:::lab" },
      object: { key, size: 10, eTag: "e", sequencer: "0A", versionId: "v" },
    },
  });
  const logs = {
    messageType: "DATA_MESSAGE",
    logEvents: [{ message: text(a) }, { message: text(b) }],
  };
  const notification = { Type: "Notification", TopicArn: "t", Message: text(a) };
  const sqs = (body: string) => ({ Records: [{ messageId: "m", eventSource: "aws:sqs", body }] });

  const wrapped: [string, unknown, object[]][] = [
    ["an event", a, [a]],
    ["a list", [a, [b]], [a, b]],
    ["a text", text(a), [a]],
    ["SQS's event of a Lambda", sqs(text(a)), [a]],
    [
      "what `aws sqs receive-message` prints",
      { Messages: [{ Body: text(a) }, { Body: text(b) }] },
      [a, b],
    ],
    ["a message of SQS", { MessageId: "m", Body: text(a) }, [a]],
    ["SNS's notification", notification, [a]],
    ["SNS's event of a Lambda", { Records: [{ EventSource: "aws:sns", Sns: notification }] }, [a]],
    ["SNS's notification in SQS", sqs(text(notification)), [a]],
    [
      "a subscription of CloudWatch Logs",
      { awslogs: { data: gzipSync(text(logs)).toString("base64") } },
      [a, b],
    ],
    ["what `aws logs filter-log-events` prints", { events: [{ message: text(a) }] }, [a]],
    [
      "a query's results",
      {
        results: [
          [
            { field: "@timestamp", value: "t" },
            { field: "@message", value: text(a) },
          ],
        ],
      },
      [a],
    ],
    [
      "a Lambda's log of its event",
      { level: "INFO", message: "Lambda invocation event", event: a },
      [a],
    ],
    ["a failed invocation", { version: "1.0", requestPayload: a, responsePayload: {} }, [a]],
    [
      "an entry of PutEvents",
      { Entries: [{ Source: "aws.s3", DetailType: "Object Created", Detail: text(a.detail) }] },
      [a],
    ],
  ];
  for (const [name, value, events] of wrapped) {
    it(`is unwrapped: ${name}`, () => {
      expect(unwrap(value)).to.deep.equal(events.map((one) => ({ event: one })));
    });
  }

  it("is unwrapped: S3's own notification, with its key decoded", () => {
    const expected = {
      source: "aws.s3",
      "detail-type": "Object Created",
      region: "eu-west-1",
      time: "2026-11-25T23:01:05.123Z",
      resources: ["arn:aws:s3:::lab"],
      detail: {
        version: "0",
        bucket: { name: "lab" },
        object: { key: "a b/ü+%.txt", size: 10, etag: "e", sequencer: "0A", "version-id": "v" },
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    };
    const records = { Records: [record("a+b/%C3%BC%2B%25.txt")] };
    for (const value of [
      records,
      sqs(text(records)),
      { ...notification, Message: text(records) },
    ]) {
      expect(unwrap(value)).to.deep.equal([{ event: expected }]);
    }
    const [removed] = unwrap(record("100%", "s3:ObjectRemoved:Delete"));
    expect(removed).to.nested.include({
      "event.detail-type": "Object Deleted",
      "event.detail.object.key": "100%",
      "event.detail.reason": "Delete",
    });
  });

  it("is named when there is none inside", () => {
    const noEvent = "is no event: it needs source, detail-type and detail";
    const problems: [unknown, string][] = [
      [{}, noEvent],
      [7, noEvent],
      [null, noEvent],
      [{ message: "START RequestId" }, "has a text inside that is not JSON"],
      [sqs("plain"), "has a text inside that is not JSON"],
      [{ awslogs: { data: "AAAA" } }, "has a text inside that is not JSON"],
      [{ Service: "Amazon S3", Event: "s3:TestEvent" }, "is S3's test message, for no object"],
      [[[[[[[[[[a]]]]]]]]], "is wrapped more than 8 times"],
    ];
    for (const [value, problem] of problems) {
      expect(unwrap(value), text(value)).to.deep.equal([{ problem }]);
    }
  });
});
