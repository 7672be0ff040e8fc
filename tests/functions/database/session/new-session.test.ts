// Errors of a session that is of no use any more: its statements would fail until the container ends.
import { expect } from "chai";
import { sql } from "kysely";
import { runtimeRole } from "../../../../functions/contract";
import {
  storeEvents,
  takeUnpublished,
  type Connection,
  type Db,
} from "../../../../functions/database";
import { objectEvent } from "../../../support/object-events";
import { connectionTo, testDatabase, type TestDatabase } from "../../../../support/postgres";
import { waitFor } from "../../../../support/wait-for";

const settings = { prefixDepth: 2, eventCount: 100 };

const sessionId = async (db: Db) => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]!.pid;
};

describe("Connection with a session that is of no use any more", () => {
  let test: TestDatabase;
  let connection: Connection;
  /** SQLSTATEs that `again` was asked about. */
  let asked: unknown[];
  beforeEach(async () => {
    test = await testDatabase();
    connection = await connectionTo(test, { planOnce: true });
    asked = [];
  });
  afterEach(async () => {
    connection.close();
    await test.drop();
  });

  const run = <T>(work: (db: Db) => Promise<T>) =>
    connection.withSession(work, (error) => {
      asked.push((error as { code?: unknown }).code);
      return true;
    });
  const poison = (text: string) =>
    connection.withSession((db) => sql.raw(text).execute(db)).catch(() => undefined);
  const store = (key: string) => run((db) => storeEvents(db, [objectEvent(key)], settings));
  const setRole = (setting: string) =>
    test.query(`alter role ${runtimeRole} in database ${test.name} ${setting}`);

  /** What somebody does to the database, or to the session, before the next batch comes. */
  const troubles: {
    what: string;
    state: string;
    before?: () => Promise<unknown>;
    after: () => Promise<unknown>;
  }[] = [
    {
      what: "dates from when the server could only read",
      state: "25006",
      before: () => setRole("set default_transaction_read_only = on"),
      after: () => setRole("reset default_transaction_read_only"),
    },
    {
      what: "dates from when its role was set up wrongly",
      state: "42501",
      before: async () => {
        await test.query(`create role edp_test_other; grant edp_test_other to ${runtimeRole}`);
        await setRole("set role = edp_test_other");
      },
      after: () => setRole("reset role"),
    },
    {
      what: "prepared statements whose columns have changed since",
      state: "0A000",
      after: () => test.query("alter table edp.prefix alter event_count type numeric"),
    },
    {
      what: "has lost the statements that it prepared",
      state: "26000",
      after: () => poison("deallocate all"),
    },
    {
      what: "has lost everything, as a pooler between the two does it",
      state: "26000",
      after: () => poison("discard all"),
    },
    {
      what: "is in a transaction that has failed",
      state: "25P02",
      after: () => poison("begin; select 1 / 0"),
    },
  ];
  for (const { what, state, before, after } of troubles) {
    it(`replaces one that ${what} (${state})`, async () => {
      await before?.();
      try {
        if (before) await connection.withSession(sessionId);
        else await store("a/b/0");
        await after();
        const first = await test.query(
          `select pid from pg_stat_activity where datname = current_database()
             and application_name = 'edp-monitor'`,
        );

        expect((await store("a/b/1")).stored).to.equal(1);
        expect(asked).to.deep.equal([state]);
        expect([{ pid: await connection.withSession(sessionId) }]).not.to.deep.equal(first);
        expect((await store("a/b/2")).stored).to.equal(1);
        expect(asked).to.deep.equal([state]);
      } finally {
        await test.query("drop role if exists edp_test_other");
      }
    });
  }

  it("replaces one whose names for statements another client has taken (42P05)", async () => {
    await poison("prepare edp_1 as select 1");
    expect((await store("a/b/1")).stored).to.equal(1);
    expect(asked).to.deep.equal(["42P05"]);
  });

  it("replaces one that reads whole rows of a table with a new column (0A000)", async () => {
    await run((db) => takeUnpublished(db, 10));
    await test.query("alter table edp.outbox add column note text");
    expect(await run((db) => takeUnpublished(db, 10))).to.deep.equal([]);
    expect(asked).to.deep.equal(["0A000"]);
  });

  it("tries what no session can do once more, and then throws it", async () => {
    const first = await connection.withSession(sessionId);
    const failure: unknown = await run((db) => sql`select from edp.nowhere`.execute(db)).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property("code", "42P01");
    expect(asked).to.deep.equal(["42P01"]);
    expect(await connection.withSession(sessionId)).not.to.equal(first);
  });

  it("tries nothing again that the caller has no time for, and has a new session next time", async () => {
    const first = await connection.withSession(sessionId);
    let tries = 0;
    const failure: unknown = await connection
      .withSession(() => Promise.reject(new Error(`of unknown origin, ${++tries}`)))
      .catch((error: unknown) => error);
    expect(failure).to.have.property("message", "of unknown origin, 1");
    expect(await connection.withSession(sessionId)).not.to.equal(first);
  });

  it("keeps its session, and tries nothing again, when a value cannot be stored", async () => {
    const first = await connection.withSession(sessionId);
    for (const [state, text] of [
      ["22P02", "select 'x'::integer"],
      ["54000", "select array_fill(0, array[200000000])"],
    ] as const) {
      const failure: unknown = await run((db) =>
        db.transaction().execute((trx) => sql.raw(text).execute(trx)),
      ).catch((error: unknown) => error);
      expect(failure).to.have.property("code", state);
    }
    expect(asked).to.deep.equal([]);
    expect(await connection.withSession(sessionId)).to.equal(first);
  });

  it("keeps its session through what storing settles by itself", async () => {
    const first = await connection.withSession(sessionId);
    await store("new/prefix/1"); // it does not exist yet
    // Under another depth no lock is shared, and the ledger's key decides.
    let conflicting: ReturnType<typeof store> | undefined;
    await storeEvents(
      test.db,
      [objectEvent("a/b/x")],
      { ...settings, prefixDepth: 1 },
      async () => {
        conflicting = store("a/b/x");
        await waitFor("a wait for the ledger", async () => {
          const [state] = await test.query(
            `select count(*)::integer as blocked from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return state!["blocked"] === 1;
        });
      },
    );
    expect(await conflicting).to.include({ stored: 0, duplicates: 1 });
    expect(asked).to.deep.equal([]);
    expect(await connection.withSession(sessionId)).to.equal(first);
  });

  it("is left alone by what fails late, in the session before it", async () => {
    const late = connection
      .withSession((db) => sql`select pg_sleep(60)`.execute(db))
      .catch((error: unknown) => error);
    await waitFor("the statement on the server", async () => {
      const [state] = await test.query(
        `select count(*)::integer as asleep from pg_stat_activity
         where datname = current_database() and wait_event = 'PgSleep'`,
      );
      return state!["asleep"] === 1;
    });
    connection.close();
    const second = connection.withSession(sessionId);

    expect(await late).to.be.an("error");
    expect(await connection.withSession(sessionId)).to.equal(await second);
  });
});
