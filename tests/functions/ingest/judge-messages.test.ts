import { expect } from "chai";
import * as fc from "fast-check";
import { judgeMessages } from "../../../functions/ingest/judge-messages";
import { hostileBody, nested, withField, zeros } from "../../support/hostile-json";
import { beat, s3Event, testTime } from "../../support/object-events";
import { ingestSettings as settings, queueMessage as message } from "../../support/queue-messages";

const now = new Date(testTime);

describe("judgeMessages", () => {
  it("judges every message on its own", () => {
    const judged = judgeMessages(
      [
        message(s3Event({ key: "a/b/x" }), "good"),
        message("not json", "text"),
        message(s3Event({ bucket: "other" }), "other", 7),
        message(beat("2026-11-23T10:15:00Z"), "beat"),
        message(s3Event({ key: "raw/x" }), "ignored"),
        message(s3Event({ key: "a/\0b/x" }), "nul in prefix"),
        message(s3Event({ key: "a/b/x\0" }), "nul in name"),
        message(s3Event({ time: "2025-11-23T10:15:30Z" }), "old"),
      ],
      settings,
      now,
    );
    expect(judged.events.map(({ key }) => key)).to.deep.equal(["a/b/x", "a/b/x\0"]);
    expect(judged.beats).to.deep.equal([new Date("2026-11-23T10:15:00Z")]);
    expect(judged.ignored).to.equal(1);
    expect(judged.rejected).to.deep.equal([
      { messageId: "text", receiveCount: 1, reason: "not-json", detail: "a body of 8 characters" },
      { messageId: "other", receiveCount: 7, reason: "other-bucket", detail: '"other"' },
      {
        messageId: "nul in prefix",
        receiveCount: 1,
        reason: "nul-in-prefix",
        detail: 'prefix is "a/\\u0000b/"',
      },
      { messageId: "old", receiveCount: 1, reason: "too-old", detail: '"2025-11-23T10:15:30Z"' },
    ]);
  });

  it("rejects a message alone whose judging throws, whatever it throws", () => {
    const thrown = [new RangeError("too deep\0"), Object.create(null), undefined, "x".repeat(900)];
    const ignorePatterns = {
      ...settings.ignorePatterns,
      ignores: (key: string) => {
        const index = ["error", "object", "nothing", "text"].indexOf(key);
        if (index !== -1) throw thrown[index];
        return false;
      },
    };
    const keys = ["a/b/x", "error", "object", "a/b/y", "nothing", "text", "a/b/z"];
    const judged = judgeMessages(
      keys.map((key) => message(s3Event({ key }), key)),
      { ...settings, ignorePatterns },
      now,
    );
    expect(judged.events.map(({ key }) => key)).to.deep.equal(["a/b/x", "a/b/y", "a/b/z"]);
    expect(judged.rejected.map(({ messageId, detail }) => [messageId, detail])).to.deep.equal([
      ["error", "RangeError: too deep\ufffd"],
      ["object", "{}"],
      ["nothing", "undefined"],
      ["text", "x".repeat(500)],
    ]);
    expect(new Set(judged.rejected.map(({ reason }) => reason))).to.deep.equal(
      new Set(["not-judged"]),
    );
  });

  it("judges two hundred good messages beside any bad ones", () => {
    const good = Array.from({ length: 200 }, (_, i) =>
      message(s3Event({ key: `good/${i}/x` }), `good ${i}`),
    );
    const goodBeside = (...bad: string[]) => {
      const all = [...good.slice(0, 100), ...bad.map((body) => message(body, "bad"))];
      const { events } = judgeMessages([...all, ...good.slice(100)], settings, now);
      return events.filter(({ messageId }) => messageId !== "bad").length;
    };

    expect(goodBeside(`{"source":${nested(5_000)}}`)).to.equal(200);
    expect(goodBeside(withField(["detail", "object", "sequencer"], zeros(1_000_000)))).to.equal(
      200,
    );
    fc.assert(
      fc.property(fc.array(hostileBody, { maxLength: 5 }), (bad) => goodBeside(...bad) === 200),
    );
  });

  it("refuses what the ledger has forgotten, also when it remembers for longer now", () => {
    const kind = (time: string, forgottenBefore: Date | null) =>
      judgeMessages([message(s3Event({ time }))], settings, now, forgottenBefore).events.length;
    const forgotten = new Date("2026-11-10T00:00:00Z");
    expect(kind("2026-11-10T12:00:00Z", null)).to.equal(1);
    expect(kind("2026-11-10T12:00:00Z", forgotten)).to.equal(0);
    expect(kind("2026-11-11T00:00:00Z", forgotten)).to.equal(1);
  });

  it("takes events up to the ledger's memory less a day", () => {
    const kind = (time: string) =>
      judgeMessages([message(s3Event({ time }))], settings, now).events.length;
    expect(kind("2026-10-25T10:15:30Z")).to.equal(1);
    expect(kind("2026-10-25T10:15:29Z")).to.equal(0);
  });
});
