import { expect } from "chai";
import { sql, type Kysely } from "kysely";
import { runtimeRole as role } from "../../../functions/contract";
import { migrate } from "../../../functions/migration/migrate";
import { prepareDatabase } from "../../../functions/migration/prepare-database";
import { prepareRuntimeRole } from "../../../functions/migration/runtime-role";
import { migrations } from "../../../migrations";
import {
  master,
  open,
  testDatabase,
  testServer,
  type TestDatabase,
} from "../../../support/postgres";

describe("migrations and the locks of others", () => {
  const later = {
    ...migrations,
    "8001_a": {
      up: async (trx: Kysely<unknown>) => {
        await sql`alter table edp.outbox add column a text`.execute(trx);
      },
    },
  };
  let test: TestDatabase;
  let db: Kysely<unknown>;
  let sessions: Kysely<unknown>[];
  beforeEach(async () => {
    test = await testDatabase();
    sessions = [];
    db = await session(master);
  });
  afterEach(async () => {
    await Promise.all(sessions.map((one) => one.destroy()));
    await test.drop();
  });

  const session = async (user: string) => {
    const opened = open<unknown>(await testServer(), test.name, user);
    sessions.push(opened);
    return opened;
  };
  /** A session that holds what `statements` locked, and its number. */
  const holding = async (user: string, ...statements: string[]) => {
    const holder = await session(user);
    for (const statement of statements) await sql.raw(statement).execute(holder);
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(holder);
    return { pid: rows[0]!.pid, end: () => sql`rollback`.execute(holder) };
  };
  const failure = async (work: Promise<unknown>): Promise<string[]> => {
    const error: unknown = await work.catch((e: unknown) => e);
    const messages: string[] = [];
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      messages.push(cause.message);
    return messages;
  };
  const inVain = (pid: number, user: string) =>
    `a lock was not free within 0.2 s; sessions in a transaction as old: ${pid} of ${user}; ` +
    "end what should not be there, as the master user, with select pg_terminate_backend(its number); " +
    "then run pulumi up again";
  const soon = { lockTimeoutMs: 200 };

  it("run whatever advisory locks the runtime role holds", async () => {
    await holding(
      role,
      "select pg_advisory_lock(3853314791062309107)", // LOCK_ID of Kysely's postgres-adapter.js
      "select pg_advisory_lock(7363641001)", // of the migration before it locked a table
    );
    expect(await prepareDatabase(db, later, role)).to.deep.equal({
      migrations: ["8001_a"],
      newerMigrations: [],
    });
    const held = await test.query(
      `select count(*)::int as advisory from pg_locks where locktype = 'advisory'
       and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(held).to.deep.equal([{ advisory: 2 }]);
  });

  it("fail in time, and say who has a table locked, whom the master user can end", async () => {
    const { pid } = await holding(
      role,
      "set transaction_timeout = 0",
      "begin",
      "lock table edp.outbox in access share mode",
    );
    expect(await failure(migrate(db, later, soon))).to.deep.equal([
      inVain(pid, role),
      "migration 8001_a failed",
      "canceling statement due to lock timeout",
    ]);

    await sql`select pg_terminate_backend(${pid}, 5000)`.execute(db);
    expect((await migrate(db, later, soon)).migrations).to.deep.equal(["8001_a"]);
  });

  it("fail in time when another migration has the lock", async () => {
    const { pid, end } = await holding(
      master,
      "begin",
      "lock table edp.kysely_migration_lock in exclusive mode",
    );
    const works = [() => migrate(db, later, soon), () => prepareRuntimeRole(db, role, soon)];
    for (const work of works) {
      expect(await failure(work())).to.deep.equal([
        inVain(pid, master),
        "canceling statement due to lock timeout",
      ]);
    }
    await end();
    expect((await migrate(db, later, soon)).migrations).to.deep.equal(["8001_a"]);
  });

  it("fail in time while the runtime role has a change of itself open", async () => {
    const { pid, end } = await holding(
      role,
      "set transaction_timeout = 0",
      "begin",
      "alter role current_user set statement_timeout = 0",
    );
    expect(await failure(prepareRuntimeRole(db, role, soon))).to.deep.equal([
      inVain(pid, role),
      "canceling statement due to lock timeout",
    ]);
    await end();
    await prepareRuntimeRole(db, role, soon);
  });
});
