import { expect } from "chai";
import * as fc from "fast-check";
import { parseIgnorePatterns, parseMessage, type Message } from "../../../functions/contract";
import {
  fieldsRead,
  hostileBody,
  nested,
  nestedObjects,
  withField,
  zeros,
} from "../../support/hostile-json";
import { s3Event, testBucket } from "../../support/object-events";

const patterns = parseIgnorePatterns("raw, *.tmp, *0*0*0*1*x");
const intake = {
  bucket: testBucket,
  ignores: (key: string) => patterns.ignores(key),
  oldest: new Date("2026-10-25T00:00:00Z"),
  newest: new Date("2026-11-24T10:15:30Z"),
};
const parse = (body: string) => parseMessage(body, intake);

describe("parseMessage, of hostile JSON", () => {
  /** What the ledger, the log and the next step rely on. */
  function expectSound(message: Message): void {
    if (message.kind === "rejected") {
      expect(message.detail.length).to.be.at.most(300);
      expect(message.detail.isWellFormed()).to.equal(true);
      expect(message.detail).not.to.include("\0");
    } else if (message.kind === "heartbeat") expectTime(message.sentAt, 0);
    else if (message.kind === "object") {
      const { bucket, key, size, time, identity } = message.event;
      expect(bucket).to.equal(testBucket);
      expect(key.isWellFormed() && Buffer.byteLength(key) <= 1024 && key !== "").to.equal(true);
      expect(Number.isSafeInteger(size) && size >= 0 && size <= 2 ** 50).to.equal(true);
      expect(identity.length).to.be.at.most(2 * 3 * 1024 + 3);
      expectTime(time, intake.oldest.getTime());
    }
  }

  function expectTime(time: Date, oldest: number): void {
    expect(time.getTime()).to.be.within(oldest, intake.newest.getTime());
    expect(Number.isSafeInteger(time.getTime())).to.equal(true);
  }

  it("judges whatever any field is, and throws at nothing", () => {
    fc.assert(
      fc.property(hostileBody, (body) => expectSound(parse(body))),
      { numRuns: 3_000 },
    );
  });

  // EventBridge's events and the messages of SQS have a megabyte at most.
  const megabyte = 1_000_000;
  const giants: [string, string][] = [
    ["lists in lists", nested(megabyte / 2)],
    ["objects in objects", nestedObjects(megabyte / 6)],
    ["zeros before a one", zeros(megabyte)],
    ["zeros behind a one", `"1${"0".repeat(megabyte)}"`],
    ["brackets that nothing closes", JSON.stringify("2026-11-23T" + "(".repeat(megabyte))],
    ["spaces", JSON.stringify("2026-11-23T" + " ".repeat(megabyte) + "x")],
    ["slashes", JSON.stringify("/".repeat(megabyte))],
    ["what every pattern almost matches", JSON.stringify("0".repeat(megabyte) + "x.tm")],
    ["characters of six bytes in JSON", JSON.stringify("\u0001".repeat(megabyte))],
    ["fields", `{${Array.from({ length: 80_000 }, (_, i) => `"k${i}":0`).join()}}`],
    [
      "values",
      `[${Array(megabyte / 2)
        .fill(0)
        .join()}]`,
    ],
  ];
  for (const [what, json] of giants) {
    it(`judges a megabyte of ${what}, in any field`, () => {
      for (const path of fieldsRead) {
        const body = withField(path, json);
        expectSound(parse(body));
        expectSound(parse(withField(path, json, s3Event({ sequencer: undefined }))));
      }
      expectSound(parse(json));
    });
  }

  it("shows the beginning of a deep or a wide value", () => {
    const shown = (json: string) => {
      const message = parse(withField(["detail", "object", "key"], json));
      return message.kind === "rejected" ? message.detail : message.kind;
    };
    const is = "detail.object.key is ";
    expect(shown(nested(5_000))).to.equal(is + "[".repeat(100));
    expect(shown(nestedObjects(5_000))).to.equal(is + '{"a":'.repeat(20));
    expect(shown(`[${"0,".repeat(5_000)}0]`)).to.equal(`${is}[${"0,".repeat(49)}0`);
    expect(shown('{"a":[1,{"b":null}],"c":{},"d":[]}')).to.equal(
      `${is}{"a":[1,{"b":null}],"c":{},"d":[]}`,
    );
    expect(shown("1e999")).to.equal(`${is}Infinity`);
    expect(shown('{"__proto__":{"toJSON":1}}')).to.equal(`${is}{"__proto__":{"toJSON":1}}`);
    // A character of two units is shown whole or not at all: with the quote, half of it would fit.
    expect(shown(JSON.stringify(["😀".repeat(60)]))).to.equal(`${is}["${"😀".repeat(49)}`);
  });

  it("takes no field from a prototype that the message brings", () => {
    const object = '{"__proto__":{"key":"a/b/c","sequencer":"1"}}';
    expect(parse(withField(["detail", "object"], object))).to.deep.equal({
      kind: "rejected",
      reason: "malformed",
      detail: "detail.object.key is missing",
    });
  });

  it("drops the zeros at the end of a sequencer, however many there are, and no others", () => {
    const identity = (sequencer: string) => {
      const message = parse(withField(["detail", "object", "sequencer"], `"${sequencer}"`));
      if (message.kind !== "object") throw new Error(JSON.stringify(message));
      return message.event.identity;
    };
    fc.assert(
      fc.property(fc.stringMatching(/^[0aB1]{1,40}$/), (sequencer) => {
        const expected = sequencer.toLowerCase().replace(/0+$/, "");
        expect(identity(sequencer)).to.equal(`s\0\0${expected}`);
      }),
    );
    expect(identity(`1${"0".repeat(1023)}`)).to.equal("s\0\x001");
    expect(identity("0".repeat(1024))).to.equal("s\0\0");
  });

  it("rejects what tells events apart when it is longer than S3's can be", () => {
    const long = (path: (typeof fieldsRead)[number], length: number, event?: object) =>
      parse(withField(path, `"${"7".repeat(length)}"`, event));
    const cases = [
      { path: ["detail", "object", "sequencer"], event: undefined },
      { path: ["detail", "object", "version-id"], event: undefined },
      { path: ["id"], event: s3Event({ sequencer: undefined }) },
    ] as const;
    for (const { path, event } of cases) {
      expect(long(path, 1024, event).kind).to.equal("object");
      expect(long(path, 1025, event)).to.deep.equal({
        kind: "rejected",
        reason: "malformed",
        detail: `${path.join(".")} has 1025 characters, allowed are 1024`,
      });
    }
    // What is not looked at may be of any length.
    expect(long(["id"], 5_000).kind).to.equal("object");
  });
});
