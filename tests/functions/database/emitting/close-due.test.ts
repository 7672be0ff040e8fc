import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Thresholds } from "../../../../functions/contract";
import {
  closeDue,
  findFull,
  storeEvents,
  wantLease,
  type ClosedBatch,
  type CloseOptions,
} from "../../../../functions/database";
import { objectEvent } from "../../../support/object-events";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

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
  const patient = { hold: false, locked: "wait", full: [] } as const;
  const close = async (changes: Partial<Thresholds> = {}, options: Partial<CloseOptions> = {}) =>
    (await closeDue(test.db, run, { ...thresholds, ...changes }, { ...patient, ...options }))
      .closed;
  const idsOf = async (...prefixes: string[]) =>
    (await test.query("select prefix_id from edp.prefix where prefix = any ($1)", [prefixes])).map(
      (row) => String(row["prefix_id"]),
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

  it("looks again at a prefix only when it may be due since it last had an object event", async () => {
    const quietSince = async () =>
      (await test.query("select quiet_since::text from edp.prefix"))[0]!["quiet_since"];
    await store("a/b/x");
    const first = await quietSince();
    await at(100);
    await store("a/b/y");
    expect(await quietSince()).to.equal(first);

    await at(299);
    await close();
    expect(await quietSince()).to.equal(first);
    await at(300);
    expect(await close()).to.deep.equal([]);
    expect(await quietSince()).to.equal("2026-11-23 10:01:40+00");
    await at(400);
    expect(named(await close())).to.deep.equal([["a/b/", "duration"]]);
  });

  it("closes by age what it would look at again by duration, and empties the prefix", async () => {
    await store("a/b/x");
    await at(100);
    await store("a/b/y");
    await at(350);
    expect(named(await close({ maxAgeSeconds: 350 }))).to.deep.equal([["a/b/", "max-age"]]);
    expect(await test.query("select open, sequence from edp.prefix")).to.deep.equal([
      { open: false, sequence: 2 },
    ]);
    expect(await close({ maxAgeSeconds: 350 })).to.deep.equal([]);
  });

  it("goes on when five thousand that came up have had object events since", async () => {
    await store(...Array.from({ length: 5001 }, (_, i) => `a/${i}/x`));
    await at(100);
    await store(...Array.from({ length: 5000 }, (_, i) => `a/${i}/y`));
    await at(300);
    const first = await closeDue(test.db, run, thresholds, patient);
    const second = await closeDue(test.db, run, thresholds, patient);

    expect([first.more, second.more]).to.deep.equal([true, false]);
    expect(named([...first.closed, ...second.closed])).to.deep.equal([["a/5000/", "duration"]]);
  });

  it("closes a thousand at a time, by whichever triggers", async () => {
    await store(...Array.from({ length: 700 }, (_, i) => `old/${i}/x`));
    await at(100);
    await store(...Array.from({ length: 700 }, (_, i) => `old/${i}/y`));
    await store(...Array.from({ length: 700 }, (_, i) => `quiet/${i}/x`));
    await at(399);
    await store(...Array.from({ length: 3 }, (_, i) => `full/${i}/x`));
    await at(400);
    const full = await idsOf("full/0/", "full/1/", "full/2/");
    const close1000 = (ids: string[]) =>
      closeDue(
        test.db,
        run,
        { eventCount: 1, durationSeconds: 300, maxAgeSeconds: 400 },
        { ...patient, full: ids },
      );
    const first = await close1000(full);
    const second = await close1000([]);

    expect([first.closed.length, second.closed.length]).to.deep.equal([1000, 403]);
    expect([first.more, second.more]).to.deep.equal([true, false]);
  });

  it("follows a duration that was made shorter, or longer", async () => {
    await store("a/b/x");
    await at(60);
    expect(await close({ durationSeconds: 61 })).to.deep.equal([]);
    expect(named(await close({ durationSeconds: 60 }))).to.deep.equal([["a/b/", "duration"]]);
    await store("c/d/x");
    await at(360);
    expect(await close({ durationSeconds: 301 })).to.deep.equal([]);
    expect(named(await close({ durationSeconds: 300 }))).to.deep.equal([["c/d/", "duration"]]);
  });

  it("finds all that reached a lower count, piece by piece", async () => {
    const events = Array.from({ length: 5_001 }, (_, i) =>
      objectEvent(`a/${String(i).padStart(4, "0")}/x`),
    );
    await storeEvents(test.db, events, { prefixDepth: 2, eventCount: 1000 });
    await store("a/0000/y", "a/4998/y", "a/5000/y");

    const pieces = [
      await findFull(test.db, 2),
      await findFull(test.connect(), 2),
      await findFull(test.db, 2),
    ];
    expect(pieces[1]).to.have.lengthOf(1);
    expect([...pieces[0]!, ...pieces[1]!]).to.have.members(
      await idsOf("a/0000/", "a/4998/", "a/5000/"),
    );
    expect(pieces[2]).to.deep.equal(pieces[0]);
  });

  it("closes by a count that was lowered", async () => {
    await store("a/b/x", "a/b/y", "a/b/z", "c/d/x");
    const full = await findFull(test.db, 3);

    expect(full).to.deep.equal(await idsOf("a/b/"));
    expect(named(await close({ eventCount: 3 }, { full }))).to.deep.equal([
      ["a/b/", "event-count"],
    ]);
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

  it("holds only the duration trigger", async () => {
    await store("a/b/x", "c/d/x", "c/d/y", "e/f/x");
    await at(100);
    await store("e/f/y");
    await at(500);
    const held = { hold: true };
    expect(await close({}, held)).to.deep.equal([]);
    expect(named(await close({ maxAgeSeconds: 450 }, held))).to.have.deep.members([
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
    expect((await closeDue(test.db, randomUUID(), thresholds, patient)).closed).to.deep.equal([]);
    expect(named(await close())).to.deep.equal([["a/b/", "duration"]]);
  });

  it("closes a batch once, however many try at the same moment", async () => {
    await store(...Array.from({ length: 50 }, (_, i) => `a/${i}/x`));
    await at(1000);
    const closed = await Promise.all(
      Array.from({ length: 6 }, () => closeDue(test.connect(), run, thresholds, patient)),
    );
    expect(closed.flatMap((one) => one.closed)).to.have.lengthOf(50);
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
    const first = await closeDue(test.db, run, thresholds, patient);
    expect(first.closed).to.have.lengthOf(1000);
    expect(first.more).to.equal(true);
    const second = await closeDue(test.db, run, thresholds, patient);
    expect(second.closed).to.have.lengthOf(1);
    expect(second.more).to.equal(false);
  });
});
