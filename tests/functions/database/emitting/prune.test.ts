import { expect } from "chai";
import { forgottenBefore, prunePiece, storeEvents } from "../../../../functions/database";
import { objectEvent } from "../../../support/object-events";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

describe("prunePiece", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  const onDay = (day: number) =>
    test.setClock(`timestamptz '2026-11-01 12:00:00Z' + interval '${day} days'`);
  const settings = { prefixDepth: 2, eventCount: 1_000_000 };
  const store = (from: number, to: number) =>
    storeEvents(
      test.db,
      Array.from({ length: to - from }, (_, i) => objectEvent(`a/b/${from + i}`)),
      settings,
    );
  const overwrite = (key: string, sequencer: string) =>
    storeEvents(test.db, [objectEvent(key, sequencer)], settings);
  const count = async (table: string) =>
    (await test.query(`select count(*)::int as rows from edp.${table}`))[0]!["rows"];
  /** Rounds of all tables, to their end; what each piece has deleted. */
  const prune = async (retentionDays = 30) => {
    const pieces: number[] = [];
    for (;;) {
      const { deleted, more } = await prunePiece(test.db, retentionDays);
      if (!more) return pieces;
      pieces.push(deleted);
    }
  };

  it("forgets what was stored more than the retention ago, once a day", async () => {
    await onDay(0);
    await store(0, 10);
    await onDay(1);
    await store(10, 30);

    await onDay(30);
    expect(await prune()).to.deep.equal([0, 0, 0]);
    expect(await prune()).to.deep.equal([]);
    await onDay(31);
    expect(await prune()).to.deep.equal([0, 10, 0]);
    expect(await count("ledger")).to.equal(20);
    await onDay(32);
    expect(await prune()).to.deep.equal([0, 20, 0]);
  });

  it("remembers the events it keeps, and counts the forgotten ones anew", async () => {
    await onDay(0);
    await store(0, 10);
    await onDay(30);
    await prune();
    expect(await store(0, 10)).to.include({ stored: 0 });
    await onDay(31);
    await prune();
    expect(await store(0, 10)).to.include({ stored: 10 });
  });

  it("remembers a file as long as any of its events, and forgets old overwrites of it", async () => {
    await onDay(0);
    await overwrite("a/b/status", "01");
    await overwrite("a/b/status", "02");
    await onDay(20);
    await overwrite("a/b/status", "03");

    await onDay(31);
    expect(await prune()).to.deep.equal([1, 0, 0]);
    expect(await overwrite("a/b/status", "03")).to.include({ stored: 0 });
    await onDay(51);
    expect(await prune()).to.deep.equal([1, 1, 0]);
    expect(await count("ledger")).to.equal(0);
  });

  it("keeps a file that an ingest is storing an overwrite of at the same moment", async () => {
    await onDay(0);
    await overwrite("a/b/status", "01");
    await onDay(31);
    const writer = test.connect();
    await storeEvents(writer, [objectEvent("a/b/status", "02")], settings, async () => {
      expect(await prune()).to.deep.equal([0, 0, 0]);
    });

    expect(await overwrite("a/b/status", "02")).to.include({ stored: 0, duplicates: 1 });
    expect(await overwrite("a/b/status", "01")).to.include({ stored: 0, duplicates: 1 });
  });

  it("never takes back what it has forgotten when the retention is raised", async () => {
    await onDay(0);
    await store(0, 10);
    expect(await forgottenBefore(test.db)).to.equal(null);
    await onDay(22);
    expect(await prune(20)).to.deep.equal([0, 10, 0]);
    expect(await forgottenBefore(test.db)).to.deep.equal(new Date("2026-11-03T00:00:00Z"));

    await store(10, 20);
    await prune(30);
    expect(await forgottenBefore(test.db)).to.deep.equal(new Date("2026-11-03T00:00:00Z"));
    await onDay(33);
    await prune(30);
    expect(await forgottenBefore(test.db)).to.deep.equal(new Date("2026-11-04T00:00:00Z"));
  });

  const fill = (rows: number) =>
    test.query(
      `insert into edp.ledger
       select gen_random_uuid(), n, 1, 1, date '2026-11-01' + (n * 2 / $1)::int
       from generate_series(0, $1::int - 1) n`,
      [rows],
    );

  it("goes through a large table in pieces", async () => {
    await fill(150_000);
    await onDay(31);
    const pieces = await prune();
    expect(pieces).to.have.lengthOf(5); // three pages of 500 of the ledger
    expect(pieces.reduce((sum, deleted) => sum + deleted)).to.equal(75_000);
    expect(await count("ledger")).to.equal(75_000);
    expect(await prune()).to.deep.equal([]);
  });

  it("goes on from where it was on another day, with that day's date, and then begins again", async () => {
    await fill(150_000);
    await onDay(31);
    expect(await prunePiece(test.db, 30)).to.deep.equal({ deleted: 0, more: true }); // overwrites
    const first = await prunePiece(test.db, 30);

    await onDay(32);
    const rest = await prune();
    // the day's own round of the overwrites, the other two pieces of the ledger, and its next round
    expect(rest).to.have.lengthOf(1 + 2 + 3 + 1);
    expect(rest.reduce((sum, deleted) => sum + deleted) + first.deleted).to.equal(150_000);
    // what the first piece had kept on the day before, the next round finds
    expect(rest[3]).to.equal(0);
    expect(await count("ledger")).to.equal(0);
    expect(await prune()).to.deep.equal([]);
  });

  it("forgets prefixes that have been idle for the retention, and no others", async () => {
    const close = (key: string) =>
      storeEvents(test.db, [objectEvent(key)], { prefixDepth: 2, eventCount: 1 });
    await onDay(0);
    await close("old/run/1");
    await close("kept/run/1");
    await storeEvents(test.db, [objectEvent("open/run/1")], settings);
    await onDay(15);
    await close("kept/run/2");

    await onDay(31);
    expect((await prune()).at(-1)).to.equal(1);
    expect(await test.query("select prefix, sequence from edp.prefix order by 1")).to.deep.equal([
      { prefix: "kept/run/", sequence: 3 },
      { prefix: "open/run/", sequence: 1 },
    ]);
    await close("old/run/2");
    await close("kept/run/3");
    expect(
      await test.query("select prefix, sequence from edp.outbox order by closed_at, prefix"),
    ).to.deep.equal([
      { prefix: "kept/run/", sequence: 1 },
      { prefix: "old/run/", sequence: 1 },
      { prefix: "kept/run/", sequence: 2 },
      { prefix: "kept/run/", sequence: 3 },
      { prefix: "old/run/", sequence: 1 },
    ]);
  });

  it("leaves a prefix that an ingest has locked, and ingest makes one that is gone again", async () => {
    const close = { prefixDepth: 2, eventCount: 1 };
    await onDay(0);
    await storeEvents(test.db, [objectEvent("a/b/1")], close);
    await onDay(31);
    const writer = test.connect();
    await storeEvents(writer, [objectEvent("a/b/2")], close, async () => {
      expect((await prune()).at(-1)).to.equal(0);
    });

    await onDay(70);
    const pruner = test.connect();
    let isPruned = false;
    const late = test.db.withPlugin({
      transformQuery: ({ node }) => node,
      // what was seen of the prefix is gone when its locks are taken
      transformResult: async ({ result }) => {
        if (!isPruned) {
          isPruned = true;
          for (let piece = 0; piece < 3; piece++) await prunePiece(pruner, 30);
        }
        return result;
      },
    });
    const stored = await storeEvents(late, [objectEvent("a/b/3")], settings);
    expect(isPruned).to.equal(true);
    expect(stored).to.include({ stored: 1, opened: 1 });
    expect(await test.query("select prefix, sequence from edp.prefix")).to.deep.equal([
      { prefix: "a/b/", sequence: 1 },
    ]);
  });
});
