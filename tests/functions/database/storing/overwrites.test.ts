import { expect } from "chai";
import type { ObjectEvent } from "../../../../functions/contract";
import { closeDue, storeEvents, wantLease, type Db } from "../../../../functions/database";
import { objectEvent } from "../../../support/object-events";
import { connectionTo, testDatabase, type TestDatabase } from "../../../../support/postgres";

const settings = { prefixDepth: 2, eventCount: 1_000_000 };

describe("storeEvents, files that are written again", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  const store = (events: ObjectEvent[], changes: Partial<typeof settings> = {}, db: Db = test.db) =>
    storeEvents(db, events, { ...settings, ...changes });
  const writes = (key: string, ...sequencers: string[]) =>
    sequencers.map((sequencer) => objectEvent(key, sequencer));
  /** As prefix, sequence, object events and files. */
  const open = async () =>
    (
      await test.query(
        `select prefix, sequence, event_count::int, file_count::int from edp.prefix
         where open order by prefix`,
      )
    ).map(Object.values);
  const closed = async () =>
    (
      await test.query(
        `select prefix, sequence, event_count::int, file_count::int from edp.outbox
         order by prefix, sequence`,
      )
    ).map(Object.values);

  it("counts an overwrite as another event of the same file", async () => {
    await store([...writes("a/b/x", "1", "2"), ...writes("a/b/y", "1")]);
    await store(writes("a/b/x", "3"));
    await store(writes("a/b/x", "3", "2", "4"));

    expect(await open()).to.deep.equal([["a/b/", 1, 5, 2]]);
  });

  it("counts a file again in the next batch of its prefix", async () => {
    await store([...writes("a/b/x", "1"), ...writes("a/b/y", "1")], { eventCount: 2 });
    await store(writes("a/b/x", "2"), { eventCount: 3 });
    await store(writes("a/b/x", "3", "4"), { eventCount: 3 });
    await store(writes("a/b/x", "5"), { eventCount: 3 });

    expect(await closed()).to.deep.equal([
      ["a/b/", 1, 2, 2],
      ["a/b/", 2, 3, 1],
    ]);
    expect(await open()).to.deep.equal([["a/b/", 3, 1, 1]]);
  });

  it("counts exactly when a file has been written ten thousand times", async () => {
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `${from + i}`);
    await store(writes("a/b/x", ...numbers(10_000, 20_000)));

    const more = [...writes("a/b/x", ...numbers(19_900, 20_100)), ...writes("a/b/y", "1")];
    expect(await store(more)).to.include({ stored: 101, duplicates: 100 });
    expect(await open()).to.deep.equal([["a/b/", 1, 10_101, 2]]);
  });

  it("counts a file once in a batch when it was in one of another depth meanwhile", async () => {
    await store(writes("a/b/c/x", "1"));
    await store(writes("a/b/c/x", "2"), { prefixDepth: 3 });
    await store(writes("a/b/c/x", "3"));
    await store(writes("a/b/c/x", "4"), { prefixDepth: 3 });

    expect(await open()).to.deep.equal([
      ["a/b/", 1, 2, 1],
      ["a/b/c/", 1, 2, 1],
    ]);
  });

  it("counts exactly when many write the same files at the same moment", async () => {
    const files = Array.from({ length: 20 }, (_, i) => `a/${i % 4}/${i}`);
    const events = files.flatMap((key) => writes(key, "1", "2", "3"));
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        store(i % 2 === 0 ? events : events.toReversed(), {}, test.connect()),
      ),
    );
    const later = files.flatMap((key) => writes(key, "4", "5"));
    await Promise.all(Array.from({ length: 8 }, () => store(later, {}, test.connect())));

    expect(await open()).to.deep.equal(["0", "1", "2", "3"].map((n) => [`a/${n}/`, 1, 25, 5]));
  });

  describe("when something happens between the looks and the locks", () => {
    /** A session that waits for `meanwhile` after its second answer, the one about the files. */
    const interrupted = (meanwhile: () => Promise<unknown>) => {
      let answers = 0;
      return test.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          if (++answers === 2) await meanwhile();
          return result;
        },
      });
    };

    it("counts a file once that another ingest has stored", async () => {
      await store(writes("a/b/x", "1"), { eventCount: 1 });
      const other = test.connect();
      const late = interrupted(() => store(writes("a/b/x", "2"), {}, other));

      expect(await store(writes("a/b/x", "3"), {}, late)).to.include({ stored: 1, opened: 0 });
      expect(await open()).to.deep.equal([["a/b/", 2, 2, 1]]);
    });

    it("counts a file that nobody knew once", async () => {
      const other = test.connect();
      await store(writes("a/b/y", "1"));
      const late = interrupted(() => store(writes("a/b/x", "1"), {}, other));

      expect(await store(writes("a/b/x", "1", "2"), {}, late)).to.include({ stored: 1 });
      expect(await open()).to.deep.equal([["a/b/", 1, 3, 2]]);
    });

    it("counts a file in the batch that is open by then", async () => {
      await store(writes("a/b/x", "1"));
      const other = test.connect();
      const run = "11111111-1111-4111-8111-111111111111";
      const late = interrupted(async () => {
        await wantLease(other, run);
        await closeDue(
          other,
          run,
          { eventCount: 1, durationSeconds: 300 },
          { hold: false, locked: "wait", full: await idsOf("a/b/") },
        );
      });

      expect(await store(writes("a/b/x", "2"), {}, late)).to.include({ stored: 1, opened: 1 });
      expect(await closed()).to.deep.equal([["a/b/", 1, 1, 1]]);
      expect(await open()).to.deep.equal([["a/b/", 2, 1, 1]]);
    });

    it("stores a new file in the batch that is open by then, without another try", async () => {
      await store(writes("a/b/y", "1"));
      const other = test.connect();
      const late = interrupted(() => store(writes("a/b/z", "1"), { eventCount: 2 }, other));

      expect(await store(writes("a/b/x", "1"), {}, late)).to.include({ stored: 1, opened: 1 });
      expect(await store(writes("a/b/x", "2"))).to.include({ stored: 1, opened: 0 });
      expect(await open()).to.deep.equal([["a/b/", 2, 2, 1]]);
    });
  });

  const idsOf = async (prefix: string) =>
    (await test.query("select prefix_id from edp.prefix where prefix = $1", [prefix])).map((row) =>
      String(row["prefix_id"]),
    );

  // Where each look walked all rows of its file, this took longer than any statement may, from 7,000 on.
  it("stores a thousand overwrites of a file that was written a hundred thousand times", async () => {
    await store(writes("a/b/x", "1"));
    await test.query(
      `insert into edp.overwrite
       select file, n, n, prefix_id, 0, current_date from edp.ledger, generate_series(1, 100000) n`,
    );
    const connection = await connectionTo(test, { planOnce: true });
    try {
      const more = Array.from({ length: 1000 }, (_, i) => `${i + 2}`);
      const stored = await connection.withSession((db) => store(writes("a/b/x", ...more), {}, db));
      expect(stored).to.include({ stored: 1000, duplicates: 0 });
      expect(await open()).to.deep.equal([["a/b/", 1, 1001, 1]]);
    } finally {
      connection.close();
    }
  });
});
