import { expect } from "chai";
import { contentOf, Model, type ObjectCreated, type Rules } from "./model";

const start = Date.parse("2026-11-23T10:00:00Z");
const rules: Rules = {
  bucket: "bucket",
  depth: 2,
  ignore: [],
  eventCount: 3,
  durationSeconds: 300,
  retentionDays: 30,
};
const at = (seconds: number) => start + seconds * 1000;
let sequencers = 0;
const put = (key: string, fields: Partial<ObjectCreated> = {}): ObjectCreated => ({
  bucket: "bucket",
  key,
  sequencer: `00${(++sequencers).toString(16)}1`,
  id: `event-${sequencers}`,
  size: 10,
  time: start,
  ...fields,
});
/** Who waits, and for how many events each. */
const open = (model: Model) => model.open.map(({ prefix, events }) => [prefix, events.length]);

describe("model", () => {
  it("counts an object event once, however it is spelled and how often it comes", () => {
    const model = new Model();
    const event = put("a/b/x", { sequencer: "00AA0" });
    model.ingest([event, event], rules, at(0));
    model.ingest([{ ...event, id: "another delivery", sequencer: "00aa" }], rules, at(1));
    expect(open(model)).to.deep.equal([["a/b/", 1]]);

    model.ingest([{ ...event, sequencer: "00aa1" }], rules, at(2));
    expect(open(model)).to.deep.equal([["a/b/", 2]]);
  });

  it("tells versions apart, and events without a sequencer by their own id", () => {
    const model = new Model();
    const event = put("a/b/x", { sequencer: "1", version: "1" });
    const none: ObjectCreated = { bucket: "bucket", key: "a/b/y", id: "1", size: 1, time: start };
    const many = { ...rules, eventCount: 100 };
    model.ingest([event, { ...event, version: "2" }], many, at(0));
    model.ingest([none, { ...none, id: "2" }, none], many, at(0));
    expect(open(model)).to.deep.equal([["a/b/", 4]]);
    expect(contentOf(model.open[0]!).fileCount).to.equal(2);
  });

  it("takes the first segments of a key for its prefix, as many as there are", () => {
    const model = new Model();
    const keys = ["a/b/c/d.txt", "a/x.txt", "x.txt", "a//y", "a/b+c/%20"];
    model.ingest(
      keys.map((key) => put(key)),
      rules,
      at(0),
    );
    expect(open(model).map(([prefix]) => prefix)).to.deep.equal([
      "a/b/",
      "a/",
      "",
      "a//",
      "a/b+c/",
    ]);
  });

  it("judges by the rules in force, and by the event's age", () => {
    const model = new Model();
    const ignore = ["raw", "scratch/", "*.tmp", "a*z/*"];
    const judge = (key: string, fields: Partial<ObjectCreated> = {}) =>
      model.judge(put(key, fields), { ...rules, ignore }, at(0));
    for (const key of ["raw/x", "scratch/deep/x", "q/x.tmp", "abcz/x", ".quilt/packages/x"]) {
      expect(judge(key), key).to.equal("ignored");
    }
    expect(judge("folder/", { size: 0 })).to.equal("ignored");
    for (const key of ["rawer/x", "raw", "x.tmp2", "abc/z", "quilt/x"]) {
      expect(judge(key), key).to.equal("counted");
    }
    expect(judge("folder/", { size: 1 })).to.equal("counted");
    expect(judge("a/x", { bucket: "other" })).to.equal("refused");
    expect(judge("a/\0/x")).to.equal("refused");

    const day = 24 * 3600;
    expect(judge("a/x", { time: at(-29 * day) })).to.equal("counted");
    expect(judge("a/x", { time: at(-29 * day - 1) })).to.equal("refused");
    const event = put("a/x", { time: at(-10 * day) });
    expect(model.judge(event, rules, at(0), at(-11 * day))).to.equal("counted");
    expect(model.judge(event, rules, at(0), at(-11 * day + 1))).to.equal("refused");
  });

  it("closes in the transaction that brings the count, with all events of that transaction", () => {
    const model = new Model();
    const keys = (count: number) => Array.from({ length: count }, (_, i) => put(`a/b/${i}`));
    expect(model.ingest(keys(2), rules, at(0))).to.deep.equal([]);
    const [batch, ...others] = model.ingest(keys(1000), rules, at(7));
    expect(others).to.deep.equal([]);
    expect(batch).to.include({
      trigger: "event-count",
      sequence: 1,
      closedAt: at(7),
      dueAt: at(7),
    });
    expect(contentOf(batch!)).to.include({ eventCount: 1002, fileCount: 1000, totalBytes: 10_020 });
    expect(model.open).to.deep.equal([]);
  });

  it("names the first trigger that holds, and holds back only the duration", () => {
    const model = new Model();
    const bounded = { ...rules, maxAgeSeconds: 400 };
    model.ingest([put("a/b/x")], bounded, at(0));
    model.ingest([put("a/b/y")], bounded, at(200));
    const [batch] = model.open;
    const trigger = (seconds: number, changed: Partial<Rules> = {}, hold = false) =>
      model.triggerOf(batch!, { ...bounded, ...changed }, at(seconds), hold);
    expect(trigger(399)).to.equal(undefined);
    expect(trigger(400)).to.equal("max-age");
    expect(trigger(499, { maxAgeSeconds: 1000 })).to.equal(undefined);
    expect(trigger(500, { maxAgeSeconds: 1000 })).to.equal("duration");
    expect(trigger(500, { maxAgeSeconds: 1000 }, true)).to.equal(undefined);
    expect(trigger(500, {}, true)).to.equal("max-age");
    expect(trigger(201, { eventCount: 2 }, true)).to.equal("event-count");
    expect(model.dueAt(batch!, "duration", bounded)).to.equal(at(500));
    expect(model.dueAt(batch!, "max-age", bounded)).to.equal(at(400));
    expect(model.dueAt(batch!, "event-count", bounded)).to.equal(at(200));
  });

  it("begins the next batch with the next event, counted from one without gaps", () => {
    const model = new Model();
    for (const second of [0, 1, 2]) {
      model.ingest([put("a/b/x"), put("a/b/y"), put("a/b/z")], rules, at(second));
    }
    model.ingest([put("a/b/x")], rules, at(3));
    expect(model.closed.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3]);
    expect(model.open).to.have.lengthOf(1);
    expect(model.open[0]).to.include({ sequence: 4, firstStoredAt: at(3) });
  });

  it("does not put the last event before the first when the clock is set back", () => {
    const model = new Model();
    model.ingest([put("a/b/x")], rules, at(100));
    model.ingest([put("a/b/y")], rules, at(40));
    expect(model.open[0]).to.include({ firstStoredAt: at(100), lastStoredAt: at(100) });
  });

  it("puts what comes after a change of depth under the new prefix", () => {
    const model = new Model();
    model.ingest([put("a/b/x")], rules, at(0));
    model.ingest([put("a/b/y")], { ...rules, depth: 1 }, at(1));
    expect(open(model)).to.deep.equal([
      ["a/b/", 1],
      ["a/", 1],
    ]);
  });
});
