import { expect } from "chai";
import { parseIgnorePatterns, parseMessage, type Message } from "../../../functions/contract";
import { beat, s3Event, testBucket, testTime, type EventFields } from "../../support/object-events";

const intake = {
  bucket: testBucket,
  ignores: (key: string) => parseIgnorePatterns("raw, *.tmp").ignores(key),
  oldest: new Date("2026-10-25T00:00:00Z"),
  newest: new Date("2026-11-24T10:15:30Z"),
};
const parse = (event: unknown) => parseMessage(JSON.stringify(event), intake);
const parseFields = (fields: EventFields) => parse(s3Event(fields));

function identity(fields: EventFields): string {
  const message = parseFields(fields);
  if (message.kind !== "object") throw new Error(`not an object event: ${JSON.stringify(message)}`);
  return message.event.identity;
}

describe("parseMessage", () => {
  it("reads an object event", () => {
    expect(parse(s3Event())).to.deep.equal({
      kind: "object",
      event: {
        bucket: testBucket,
        key: "instrument/run-1/sample.fastq",
        size: 1024,
        time: new Date(testTime),
        identity: "s\0\x00617f08299329d189",
      },
    } satisfies Message);
  });

  it("takes keys as they are", () => {
    for (const key of [
      "a b/c+d/%20.txt",
      `quo"te/it's/x`,
      "emoji 🧬/run/日本語",
      "x.txt",
      "a//b",
      "/leading",
      `long/${"x".repeat(1019)}`,
      `long/${"ü".repeat(509)}`,
      "nul\0in/the/name\0",
      "back\\slash/\n/tab\t",
    ]) {
      const message = parseFields({ key });
      expect(message).to.have.nested.property("event.key", key);
    }
  });

  it("makes a lone surrogate storable", () => {
    expect(parseFields({ key: "a/\ud800/b" })).to.have.nested.property("event.key", "a/\ufffd/b");
  });

  it("does without size, sequencer and version", () => {
    const message = parseFields({ size: undefined, sequencer: undefined });
    expect(message).to.have.nested.property("event.size", 0);
    expect(message).to.have.nested.property(
      "event.identity",
      "i\x0017793124-05d4-b198-2fde-7ededc63b103",
    );
  });

  it("ignores unknown fields", () => {
    const event = { ...s3Event(), new: { field: [1] } };
    expect(parse({ ...event, detail: { ...event.detail, "event-version": "1.0" } }).kind).to.equal(
      "object",
    );
  });

  it("holds sequencers equal that differ in case and in trailing zeros only", () => {
    const base = identity({ sequencer: "00617f08299329d189" });
    expect(identity({ sequencer: "00617F08299329D189" })).to.equal(base);
    expect(identity({ sequencer: "00617f08299329d18900" })).to.equal(base);
    expect(identity({ sequencer: "00617f08299329d18901" })).not.to.equal(base);
    expect(identity({ sequencer: "617f08299329d189" })).not.to.equal(base);
  });

  it("tells versions apart", () => {
    expect(identity({ versionId: "v1" })).not.to.equal(identity({ versionId: "v2" }));
    expect(identity({ versionId: "v1" })).not.to.equal(identity({}));
  });

  it("reads a beat", () => {
    expect(parse(beat("2026-11-23T10:16:00Z"))).to.deep.equal({
      kind: "heartbeat",
      sentAt: new Date("2026-11-23T10:16:00Z"),
    });
  });

  it("does not count ignored keys and folder placeholders", () => {
    const ignored = (reason: string) => ({ kind: "ignored", reason });
    expect(parseFields({ key: "raw/a.txt" })).to.deep.equal(ignored("pattern"));
    expect(parseFields({ key: "a/b/c.tmp" })).to.deep.equal(ignored("pattern"));
    expect(parseFields({ key: ".quilt/packages/x" })).to.deep.equal(ignored("pattern"));
    expect(parseFields({ key: "a/b/", size: 0 })).to.deep.equal(ignored("folder-placeholder"));
    expect(parseFields({ key: "a/b/", size: 1 }).kind).to.equal("object");
    expect(parseFields({ key: "a/b", size: 0 }).kind).to.equal("object");
  });

  const rejections: [string, string, string, string][] = [
    ["text", "hello", "not-json", "a body of 5 characters"],
    ["an empty body", "", "not-json", "a body of 0 characters"],
    ["null", "null", "not-an-object-event", "a JSON null"],
    ["an array", "[1]", "not-an-object-event", "a JSON array"],
    ["a number", "7", "not-an-object-event", "a JSON number"],
    ["an empty object", "{}", "not-an-object-event", "source missing, detail-type missing"],
    [
      "a deletion",
      JSON.stringify(s3Event({ detailType: "Object Deleted" })),
      "not-an-object-event",
      'source "aws.s3", detail-type "Object Deleted"',
    ],
    ["another bucket", body({ bucket: "other" }), "other-bucket", '"other"'],
    ["no bucket", body({ bucket: undefined }), "malformed", "detail.bucket.name is missing"],
    ["no key", body({ key: undefined }), "malformed", "detail.object.key is missing"],
    ["an empty key", body({ key: "" }), "malformed", 'detail.object.key is ""'],
    ["a key of another type", body({ key: { a: 1 } }), "malformed", 'detail.object.key is {"a":1}'],
    ["a key that is too long", body({ key: "ü".repeat(513) }), "malformed", keyTooLong()],
    ["a negative size", body({ size: -1 }), "malformed", "detail.object.size is -1"],
    ["a size of text", body({ size: "5" }), "malformed", 'detail.object.size is "5"'],
    ["a broken size", body({ size: 1.5 }), "malformed", "detail.object.size is 1.5"],
    ["a huge size", body({ size: 2 ** 51 }), "malformed", "detail.object.size is 2251799813685248"],
    ["no time", body({ time: undefined }), "malformed", "time is missing"],
    ["a wrong time", body({ time: "yesterday" }), "malformed", 'time is "yesterday"'],
    [
      "a time past the year 9999",
      body({ time: "+123456-01-01T00:00:00Z" }),
      "malformed",
      'time is "+123456-01-01T00:00:00Z"',
    ],
    [
      "no identity",
      body({ sequencer: undefined, id: undefined }),
      "malformed",
      "detail.object.sequencer and id is missing",
    ],
    [
      "an event of last year",
      body({ time: "2025-11-23T10:15:30Z" }),
      "too-old",
      '"2025-11-23T10:15:30Z"',
    ],
    [
      "an event of tomorrow",
      body({ time: "2026-11-24T10:15:31Z" }),
      "malformed",
      'time is "2026-11-24T10:15:31Z"',
    ],
    [
      "a time that ends past the year 9999",
      body({ time: "9999-12-31T23:59:59-12:00" }),
      "malformed",
      'time is "9999-12-31T23:59:59-12:00"',
    ],
    [
      "a beat of the year 0",
      JSON.stringify(beat("0000-01-01T00:00:00Z")),
      "malformed",
      'time is "0000-01-01T00:00:00Z"',
    ],
    [
      "a beat of tomorrow",
      JSON.stringify(beat("2026-11-24T10:15:31Z")),
      "malformed",
      'time is "2026-11-24T10:15:31Z"',
    ],
    ["a beat without time", JSON.stringify(beat("never")), "malformed", 'time is "never"'],
  ];
  for (const [name, text, reason, detail] of rejections) {
    it(`rejects ${name}`, () => {
      expect(parseMessage(text, intake)).to.deep.equal({ kind: "rejected", reason, detail });
    });
  }

  it("cuts a long value short", () => {
    const message = parseFields({ bucket: "b".repeat(5000) });
    expect(message).to.have.property("detail").with.lengthOf(100);
  });

  it("takes an event exactly as old as allowed", () => {
    expect(parseFields({ time: "2026-10-25T00:00:00Z" }).kind).to.equal("object");
    expect(parseFields({ time: "2026-10-24T23:59:59Z" }).kind).to.equal("rejected");
  });
});

function keyTooLong(): string {
  return `detail.object.key is ${JSON.stringify("ü".repeat(513)).slice(0, 100)}`;
}

function body(fields: EventFields): string {
  return JSON.stringify(s3Event(fields));
}
