import { expect } from "chai";
import type { ObjectEvent } from "../../../../functions/contract";
import { storeEvents, type Db } from "../../../../functions/database";
import { objectEvent } from "../../../support/object-events";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

const settings = { prefixDepth: 2, eventCount: 20 };

describe("storeEvents", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  const store = (events: ObjectEvent[], changes: Partial<typeof settings> = {}, db: Db = test.db) =>
    storeEvents(db, events, { ...settings, ...changes });
  const files = (prefix: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => objectEvent(`${prefix}${from + i}.txt`));
  const prefixes = () =>
    test.query(
      `select prefix, sequence, open, event_count::int, file_count::int, total_bytes::int
       from edp.prefix order by prefix`,
    );
  const outbox = () =>
    test.query(
      `select prefix, sequence, trigger, held, event_count::int, file_count::int, total_bytes::int
       from edp.outbox order by prefix, sequence`,
    );

  it("counts object events by prefix", async () => {
    const result = await store([
      ...files("a/b/", 0, 3),
      objectEvent("a/b/deeper/x.txt"),
      objectEvent("a/x.txt"),
      objectEvent("x.txt"),
    ]);

    expect(result).to.deep.equal({
      stored: 6,
      duplicates: 0,
      opened: 3,
      closed: [],
      prefixes: ["a/b/", "a/", ""],
    });
    expect(await prefixes()).to.deep.equal([
      row("", 1, 1, 1),
      row("a/", 1, 1, 1),
      row("a/b/", 1, 4, 4),
    ]);
  });

  it("does nothing for no events", async () => {
    expect(await store([])).to.deep.equal({
      stored: 0,
      duplicates: 0,
      opened: 0,
      closed: [],
      prefixes: [],
    });
  });

  it("counts an event once: twice in a batch, and in two batches", async () => {
    const events = files("a/b/", 0, 3);

    expect(await store([...events, ...events])).to.include({ stored: 3, duplicates: 3 });
    expect(await store(events)).to.include({ stored: 0, duplicates: 3, opened: 0 });
    expect(await prefixes()).to.deep.equal([row("a/b/", 1, 3, 3)]);
  });

  it("counts an event once in many transactions at once", async () => {
    const events = [...files("a/b/", 0, 50), ...files("c/d/", 0, 50), ...files("e/f/", 0, 50)];
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) => {
        const shuffled = i % 2 === 0 ? events : events.toReversed();
        return store(shuffled, { eventCount: 1000 }, test.connect());
      }),
    );

    expect(results.reduce((sum, { stored }) => sum + stored, 0)).to.equal(150);
    expect(results.reduce((sum, { opened }) => sum + opened, 0)).to.equal(3);
    expect(await prefixes()).to.deep.equal([
      row("a/b/", 1, 50, 50),
      row("c/d/", 1, 50, 50),
      row("e/f/", 1, 50, 50),
    ]);
  });

  it("does not deadlock when depths differ at the same moment", async () => {
    const events = files("a/b/", 0, 200);
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        store(
          i % 2 === 0 ? events : events.toReversed(),
          { prefixDepth: 1 + (i % 2), eventCount: 1000 },
          test.connect(),
        ),
      ),
    );
    expect(results.reduce((sum, { stored }) => sum + stored, 0)).to.equal(200);
  });

  it("begins again when a transaction of another depth was first with an object event", async () => {
    const other = test.connect();
    let second: Promise<unknown> = Promise.resolve();
    const first = await storeEvents(
      test.db,
      files("a/b/", 0, 2),
      { prefixDepth: 1, eventCount: 20 },
      async () => {
        second = store(files("a/b/", 0, 3), {}, other);
        await waitForBlockedSession(test);
      },
    );

    expect(first.stored).to.equal(2);
    expect(await second).to.include({ stored: 1, duplicates: 2 });
    expect(await prefixes()).to.deep.equal([row("a/", 1, 2, 2), row("a/b/", 1, 1, 1)]);
  });

  it("closes a batch in the transaction that brings it to the count, with all of its events", async () => {
    await store(files("a/b/", 0, 19));
    expect(await outbox()).to.deep.equal([]);

    const result = await store(files("a/b/", 19, 49));
    expect(result).to.include({ stored: 30, opened: 0 });
    expect(result.closed).to.have.lengthOf(1);
    expect(result.closed[0]).to.include({ prefix: "a/b/", eventCount: 49 });
    expect(result.closed[0]!.batchId).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
    expect(await outbox()).to.deep.equal([closed("a/b/", 1, 49, 49)]);
    expect(await prefixes()).to.deep.equal([emptied("a/b/", 2)]);
  });

  it("opens and closes a batch in one transaction: at most one a prefix", async () => {
    const result = await store([...files("a/b/", 0, 100), ...files("c/d/", 0, 19)]);

    expect(result).to.include({ stored: 119, opened: 1 });
    expect(await outbox()).to.deep.equal([closed("a/b/", 1, 100, 100)]);
    expect(await prefixes()).to.deep.equal([emptied("a/b/", 2), row("c/d/", 1, 19, 19)]);
  });

  it("numbers the batches of a prefix without gaps", async () => {
    for (let i = 0; i < 5; i++) await store(files("a/b/", i * 20, i * 20 + 20));
    expect((await outbox()).map((batch) => batch["sequence"])).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it("starts new batches under the new prefixes when the depth changes", async () => {
    await store([objectEvent("a/b/c/x")]);
    await store([objectEvent("a/b/c/x"), objectEvent("a/b/c/y")], { prefixDepth: 3 });

    expect(await prefixes()).to.deep.equal([row("a/b/", 1, 1, 1), row("a/b/c/", 1, 1, 1)]);
  });

  it("keeps first and last times of the events, and of their storing", async () => {
    const at = (time: string) => ({ time: new Date(time) });
    await test.setClock("timestamptz '2026-11-23 10:00:00Z'");
    await store([objectEvent("a/b/x", "1", at("2026-11-23T09:00:00Z"))]);
    await test.setClock("timestamptz '2026-11-23 10:00:05Z'");
    await store([objectEvent("a/b/y", "1", at("2026-11-23T08:00:00Z"))]);
    await test.setClock("timestamptz '2026-11-23 09:59:00Z'");
    await store([objectEvent("a/b/z", "1", at("2026-11-23T09:30:00Z"))]);

    expect(
      await test.query(
        "select first_event_time, last_event_time, first_stored_at, last_stored_at from edp.prefix",
      ),
    ).to.deep.equal([
      {
        first_event_time: new Date("2026-11-23T08:00:00Z"),
        last_event_time: new Date("2026-11-23T09:30:00Z"),
        first_stored_at: new Date("2026-11-23T10:00:00Z"),
        // a clock that was set back does not make the batch quiet earlier
        last_stored_at: new Date("2026-11-23T10:00:05Z"),
      },
    ]);
  });

  it("takes the time once the locks are held, not the transaction's start", async () => {
    await store(files("a/b/", 0, 1));
    const blocker = test.connect();
    let stored: Promise<unknown> = Promise.resolve();
    await blocker.transaction().execute(async (trx) => {
      await trx.selectFrom("edp.prefix").select("prefix").forUpdate().execute();
      stored = store(files("a/b/", 1, 2));
      await waitForBlockedSession(test);
      await test.query("create table edp.moment as select clock_timestamp() as at");
    });
    await stored;

    expect(
      await test.query("select last_stored_at > at as later from edp.prefix, edp.moment"),
    ).to.deep.equal([{ later: true }]);
  });

  it("stores keys of all shapes", async () => {
    const keys = [
      `${"d".repeat(500)}/${"e".repeat(500)}/x`,
      `x${"y".repeat(1023)}`,
      `quo"te's/{a,b}/\\x`,
      "emoji 🧬/run 日本語/x",
      "NULL/null/x",
      "a/b/nul\0in the name",
    ];
    expect(await store(keys.map((key) => objectEvent(key)))).to.include({ stored: keys.length });
    const stored = (await prefixes()).map(({ prefix }) => prefix);
    expect(stored).to.have.members([
      `${"d".repeat(500)}/${"e".repeat(500)}/`,
      "",
      `quo"te's/{a,b}/`,
      "emoji 🧬/run 日本語/",
      "NULL/null/",
      "a/b/",
    ]);
  });

  it("takes the same number of statements for one event and for a thousand", async () => {
    const counted = async (events: ObjectEvent[]) => {
      await test.query("select pg_stat_reset()");
      let statements = 0;
      const db = test.connect().withPlugin({
        transformQuery: ({ node }) => {
          statements++;
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      });
      await store(events, {}, db);
      return statements;
    };
    const many = Array.from({ length: 500 }, (_, i) => files(`c/${i}/`, 0, 2)).flat();
    await store([objectEvent("a/b/first"), ...many], {}); // its prefixes are there
    expect(await counted(files("a/b/", 0, 1))).to.equal(3);
    const more = Array.from({ length: 500 }, (_, i) => files(`c/${i}/`, 2, 4)).flat();
    expect(await counted(more)).to.equal(3);
  });

  function row(prefix: string, sequence: number, events: number, fileCount: number) {
    return {
      prefix,
      sequence,
      open: true,
      event_count: events,
      file_count: fileCount,
      total_bytes: events * 10,
    };
  }
  function emptied(prefix: string, sequence: number) {
    return { ...row(prefix, sequence, 0, 0), open: false };
  }
  function closed(prefix: string, sequence: number, events: number, fileCount: number) {
    return {
      prefix,
      sequence,
      trigger: "event-count",
      held: false,
      event_count: events,
      file_count: fileCount,
      total_bytes: events * 10,
    };
  }
});

async function waitForBlockedSession(test: TestDatabase): Promise<void> {
  for (;;) {
    const [state] = await test.query(
      "select count(*)::int as blocked from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (state!["blocked"] === 1) return;
  }
}
