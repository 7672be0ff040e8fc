import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Thresholds } from "../../../functions/contract";
import { closeDue, storeEvents, wantLease, type ClosedBatch } from "../../../functions/database";
import { objectEvent } from "../../support/object-events";
import { testDatabase, type TestDatabase } from "../../support/postgres";

describe("closeDue", () => {
  let test: TestDatabase;
  const run = randomUUID();
  const thresholds: Thresholds = { eventCount: 20, durationSeconds: 300 };
  beforeEach(async () => {
    test = await testDatabase();
    await at(0);
    await wantLease(test.db, run);
  });
  afterEach(() => test.drop());

  const at = (second: number) =>
    test.setClock(`timestamptz '2026-11-23 10:00:00Z' + interval '${second} s'`);
  const store = (...keys: string[]) =>
    storeEvents(
      test.db,
      keys.map((key) => objectEvent(key, randomUUID())),
      { prefixDepth: 2, eventCount: 1000 },
    );
  const close = (changes: Partial<Thresholds> = {}, options = {}) =>
    closeDue(
      test.db,
      run,
      { ...thresholds, ...changes },
      { hold: false, locked: "wait", ...options },
    );
  const named = (closed: ClosedBatch[]) => closed.map(({ prefix, trigger }) => [prefix, trigger]);

  it("closes a batch by duration, not a moment early", async () => {
    await store("a/b/x");
    await at(100);
    await store("a/b/y", "c/d/x");

    await at(399.999);
    expect(await close()).to.deep.equal([]);
    await at(400);
    expect(named(await close())).to.deep.equal([
      ["a/b/", "duration"],
      ["c/d/", "duration"],
    ]);
    expect(
      await test.query(
        `select prefix, sequence, trigger, held, event_count::int, due_at, closed_at, published_at
         from edp.outbox where prefix = 'a/b/'`,
      ),
    ).to.deep.equal([
      {
        prefix: "a/b/",
        sequence: 1,
        trigger: "duration",
        held: false,
        event_count: 2,
        due_at: new Date("2026-11-23T10:06:40Z"),
        closed_at: new Date("2026-11-23T10:06:40Z"),
        published_at: null,
      },
    ]);
    expect(await close()).to.deep.equal([]);
  });

  it("closes by a count that was lowered", async () => {
    await store("a/b/x", "a/b/y", "a/b/z", "c/d/x");
    expect(named(await close({ eventCount: 3 }))).to.deep.equal([["a/b/", "event-count"]]);
  });

  it("closes by age although events keep coming", async () => {
    for (let second = 0; second <= 600; second += 100) {
      await at(second);
      await store("a/b/x");
    }
    await at(601);
    expect(await close({ maxAgeSeconds: 602 })).to.deep.equal([]);
    await at(602);
    expect(await close()).to.deep.equal([]);
    expect(named(await close({ maxAgeSeconds: 602 }))).to.deep.equal([["a/b/", "max-age"]]);
  });

  it("names the first of event-count, max-age, duration", async () => {
    await store("a/b/x", "a/b/y");
    await at(1000);
    expect(named(await close({ eventCount: 2, maxAgeSeconds: 10 }))).to.deep.equal([
      ["a/b/", "event-count"],
    ]);
    await store("a/b/x", "a/b/y");
    await at(2000);
    expect(named(await close({ maxAgeSeconds: 10 }))).to.deep.equal([["a/b/", "max-age"]]);
  });

  it("holds the duration trigger alone", async () => {
    await store("a/b/x", "c/d/x", "c/d/y", "e/f/x");
    await at(100);
    await store("e/f/y");
    await at(500);
    const held = { hold: true };
    expect(await close({}, held)).to.deep.equal([]);
    expect(named(await close({ maxAgeSeconds: 450, eventCount: 3 }, held))).to.have.deep.members([
      ["a/b/", "max-age"],
      ["c/d/", "max-age"],
      ["e/f/", "max-age"],
    ]);
  });

  it("says held of what was due while the pipeline was behind", async () => {
    await store("a/b/x");
    await at(100);
    await store("c/d/x");
    await test.query("update edp.pipeline set last_held_at = '2026-11-23T10:06:00Z'");
    await at(500);
    await close();
    expect(await test.query("select prefix, held from edp.outbox order by 1")).to.deep.equal([
      { prefix: "a/b/", held: true },
      { prefix: "c/d/", held: false },
    ]);
  });

  it("closes nothing without the lease", async () => {
    await store("a/b/x");
    await at(1000);
    expect(
      await closeDue(test.db, randomUUID(), thresholds, { hold: false, locked: "wait" }),
    ).to.deep.equal([]);
    expect(named(await close())).to.deep.equal([["a/b/", "duration"]]);
  });

  it("closes a batch once, however many try at the same moment", async () => {
    await store(...Array.from({ length: 50 }, (_, i) => `a/${i}/x`));
    await at(1000);
    const closed = await Promise.all(
      Array.from({ length: 6 }, () =>
        closeDue(test.connect(), run, thresholds, { hold: false, locked: "wait" }),
      ),
    );
    expect(closed.flat()).to.have.lengthOf(50);
  });

  it("skips a prefix that is being written, or waits for it and finds it no longer due", async () => {
    await store("a/b/x", "c/d/x");
    await at(1000);
    const writer = test.connect();
    const store1000 = { prefixDepth: 2, eventCount: 1000 };
    await storeEvents(writer, [objectEvent("a/b/y")], store1000, async () => {
      const waited = await close().catch((error: unknown) => error);
      expect(waited).to.have.property("code", "55P03");
      expect(named(await close({}, { locked: "skip" }))).to.deep.equal([["c/d/", "duration"]]);
    });
    expect(await close()).to.deep.equal([]);
  });

  it("closes a thousand at a time", async () => {
    await store(...Array.from({ length: 1001 }, (_, i) => `a/${i}/x`));
    await at(1000);
    expect(await close()).to.have.lengthOf(1000);
    expect(await close()).to.have.lengthOf(1);
  });
});
