// What docs/operating.md says of the runtime role, with a master user like RDS's: no superuser.
import { expect } from "chai";
import { sql, type Kysely } from "kysely";
import { runtimeRole as role } from "../../../functions/contract";
import { prepareRuntimeRole } from "../../../functions/migration/runtime-role";
import {
  master,
  open,
  testDatabase,
  testServer,
  type TestDatabase,
} from "../../../support/postgres";

describe("the runtime role", () => {
  let test: TestDatabase;
  let db: Kysely<unknown>;
  beforeEach(async () => {
    test = await testDatabase();
    db = open<unknown>(await testServer(), test.name, master);
    await prepareRuntimeRole(db, role);
  });
  afterEach(async () => {
    await prepareRuntimeRole(db, role); // it is the server's, and of other tests too
    await db.destroy();
    await test.drop();
  });

  /** SQLSTATE by statement; none where it was done. */
  const outcomes = async (statements: readonly string[]) => {
    const seen: Record<string, unknown> = {};
    for (const statement of statements) {
      seen[statement] = await sql
        .raw(statement)
        .execute(test.db)
        .then(() => "done")
        .catch((error: unknown) => (error as { code?: unknown }).code);
    }
    return seen;
  };
  const all = (statements: readonly string[], outcome: string) =>
    Object.fromEntries(statements.map((statement) => [statement, outcome]));
  const settings = () =>
    test.query(
      `select datname as database, setconfig as settings from pg_db_role_setting
       left join pg_database d on d.oid = setdatabase
       where setrole = $1::regrole and (setdatabase = 0 or datname = current_database()) order by 1`,
      [role],
    );
  const hasPassword = async () =>
    (
      await test.query("select rolpassword is not null as has from pg_authid where rolname = $1", [
        role,
      ])
    )[0];
  const limits = [
    {
      database: null,
      settings: [
        "statement_timeout=10s",
        "lock_timeout=8s",
        "transaction_timeout=12s",
        "idle_in_transaction_session_timeout=10s",
      ],
    },
  ];

  it("cannot change the schema, nor what its statements do not", async () => {
    const statements = [
      "alter table edp.ledger add column x int",
      "drop table edp.heartbeat",
      "truncate edp.ledger",
      "create index on edp.ledger (event)",
      "create trigger t before insert on edp.ledger execute function edp.clock()",
      "create or replace function edp.clock() returns timestamptz return now()",
      "create table edp.x (y int)",
      "create table public.x (y int)",
      "create schema x",
      "create extension pgcrypto",
      "update edp.ledger set event = 1",
      "update edp.outbox set event_count = 1",
      "delete from edp.pipeline",
      "delete from edp.pruning",
      "select * from edp.kysely_migration",
      "select * from edp.kysely_migration_lock",
      "do 'begin lock table edp.kysely_migration_lock in access share mode; end'",
    ];
    expect(await outcomes(statements)).to.deep.equal(all(statements, "42501"));
  });

  it("cannot make a temporary table, or anything else that is temporary", async () => {
    const statements = [
      "create temporary table x (y int)",
      "create temporary view x as select 1",
      "create temporary sequence x",
      "create function pg_temp.x() returns int return 1",
      "select 1 as y into temporary x",
    ];
    expect(await outcomes(statements)).to.deep.equal(all(statements, "42501"));
  });

  it("cannot become the master user, make roles, or reach the server's files", async () => {
    const statements = [
      `set role ${master}`,
      "create role other",
      "alter role current_user createrole",
      "alter role current_user connection limit 1",
      `alter role ${master} set statement_timeout = 1`,
      `alter database ${test.name} set statement_timeout = 1`,
      "alter system set work_mem = '1MB'",
      "select rolpassword from pg_authid",
      "copy edp.ledger to '/tmp/x'",
      "copy edp.ledger to program 'cat'",
      "select lo_export(1, '/tmp/x')",
      "select pg_read_file('/etc/passwd')",
    ];
    expect(await outcomes(statements)).to.deep.equal(all(statements, "42501"));
  });

  it("can do what PostgreSQL lets everybody do, which the master user cannot forbid", async () => {
    // Of RDS's own administrator: revoking is a warning, and without effect.
    await sql`
      revoke execute on function pg_advisory_lock(bigint), lo_create(oid) from public
    `.execute(db);
    const statements = [
      "select pg_advisory_lock(1)",
      "select lo_create(0)",
      "set statement_timeout = 0",
      "do 'begin lock table edp.ledger in access exclusive mode; end'",
      "do 'begin end'",
      "alter role current_user set statement_timeout = 0",
      `alter role current_user in database ${test.name} set transaction_timeout = 0`,
      "alter role current_user set role = 'rds_iam'",
      "alter role current_user password 'of-its-own'",
    ];
    expect(await outcomes(statements)).to.deep.equal(all(statements, "done"));
    expect(await settings()).to.not.deep.equal(limits);
  });

  it("is as it should be after the next migration, whatever it changed of itself", async () => {
    await outcomes([
      "alter role current_user set statement_timeout = 0",
      "alter role current_user set role = 'rds_iam'",
      "alter role current_user set default_transaction_read_only = on",
      `alter role current_user in database ${test.name} set transaction_timeout = 0`,
      "alter role current_user password 'of-its-own'",
    ]);
    expect(await hasPassword()).to.deep.equal({ has: true });

    await prepareRuntimeRole(db, role);
    expect(await settings()).to.deep.equal(limits);
    expect(await hasPassword()).to.deep.equal({ has: false });
  });

  it("loses what a release before let it do, at the next migration", async () => {
    await test.query(`grant temporary on database ${test.name} to public`);
    expect(await outcomes(["create temporary table x (y int)"])).to.deep.equal({
      "create temporary table x (y int)": "done",
    });

    await prepareRuntimeRole(db, role);
    expect(await outcomes(["create temporary table z (y int)"])).to.deep.equal({
      "create temporary table z (y int)": "42501",
    });
    await sql`create temporary table of_the_master (y int)`.execute(db);
  });

  it("can delete a closed batch and insert another in its place, though it cannot change one", async () => {
    const batch = (count: number) => `
      insert into edp.outbox (batch_id, prefix_id, sequence, bucket, prefix, trigger, held, event_count,
        file_count, total_bytes, first_event_time, last_event_time, due_at, closed_at, next_attempt_at)
      values ('00000000-0000-7000-8000-000000000000', 1, 1, 'b', 'p/', 'duration', false, ${count},
        1, 1, now(), now(), now(), now(), now())`;
    const statements = [
      batch(1),
      "update edp.outbox set bucket = 'other'",
      "delete from edp.outbox",
      batch(2),
    ];
    expect(Object.values(await outcomes(statements))).to.deep.equal([
      "done",
      "42501",
      "done",
      "done",
    ]);
  });
});
