import { expect } from "chai";
import { sql, type Kysely } from "kysely";
import { migrate } from "../../../functions/migration/migrate";
import { migrationRequestOf } from "../../../functions/migration/request";
import { prepareRuntimeRole } from "../../../functions/migration/runtime-role";
import { migrations } from "../../../migrations";
import { emptyDatabase } from "../../support/empty-database";
import {
  master,
  open,
  testDatabase,
  testServer,
  type TestDatabase,
} from "../../../support/postgres";

const role = "edp_runtime";

describe("migrations", () => {
  const test = emptyDatabase();
  const { session } = test;
  const names = Object.keys(migrations);
  const ran = (...done: string[]) => ({ migrations: done, newerMigrations: [] });

  it("run from empty, and a second time do nothing", async () => {
    const db = await session();
    expect(await migrate(db, migrations)).to.deep.equal(ran(...names));
    expect(await migrate(db, migrations)).to.deep.equal(ran());
  });

  it("run once, twenty at once", async () => {
    const runs = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const db = await session();
        const done = await migrate(db, migrations);
        await prepareRuntimeRole(db, role);
        return done.migrations;
      }),
    );
    expect(runs.flat()).to.deep.equal(names);
  });

  it("throw when one fails, and keep nothing of it", async () => {
    const db = await session();
    const failing = {
      ...migrations,
      "9999_break": {
        up: async (trx: Kysely<unknown>) => {
          await sql`create table edp.half_done (x int)`.execute(trx);
          await sql`select 1 / 0`.execute(trx);
        },
      },
    };
    const failure: unknown = await migrate(db, failing).catch((error: unknown) => error);
    expect(failure).to.be.an("error").with.property("message", "migration 9999_break failed");
    expect(failure).to.have.nested.property("cause.message", "division by zero");
    expect(await test.query("select to_regclass('edp.half_done') as made")).to.deep.equal([
      { made: null },
    ]);
  });

  it("throw what the server says when there is no history to look at", async () => {
    const db = await session();
    await test.query(`alter database ${test.name} owner to current_user`);
    await test.query(`revoke all on schema public from ${master}`);
    const failure: unknown = await migrate(db, migrations).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "migrations did not run");
    expect(failure)
      .to.have.nested.property("cause.message")
      .that.equals(`permission denied for database ${test.name}`);
  });
});

describe("prepareRuntimeRole", () => {
  let test: TestDatabase;
  let db: Kysely<unknown>;
  beforeEach(async () => {
    test = await testDatabase();
    db = open<unknown>(await testServer(), test.name, master);
  });
  afterEach(async () => {
    await db.destroy();
    await test.drop();
  });

  it("limits the role's sessions", async () => {
    const { rows } = await sql<{ settings: string[] }>`
      select rolconfig as settings from pg_roles where rolname = ${role}
    `.execute(test.db);
    expect(rows[0]!.settings).to.deep.equal([
      "statement_timeout=10s",
      "lock_timeout=8s",
      "transaction_timeout=12s",
      "idle_in_transaction_session_timeout=10s",
    ]);
  });

  it("lets the role run the product's statements and nothing else", async () => {
    for (const statement of [
      "create table edp.x (y int)",
      "create table public.x (y int)",
      "truncate edp.ledger",
      "delete from edp.pruning",
      "delete from edp.pipeline",
      "update edp.ledger set event = 1",
      "drop table edp.heartbeat",
      "select * from edp.kysely_migration",
      "set role edp",
      "create role other",
    ]) {
      const refused: unknown = await sql
        .raw(statement)
        .execute(test.db)
        .catch((error: unknown) => error);
      expect(refused, statement).to.have.property("code").that.is.oneOf(["42501"]);
    }
  });

  it("refuses, and changes nothing, when the master could no longer log in by password", async () => {
    await test.query("create role other_runtime login");
    await test.query(`grant other_runtime to ${master} with admin true, inherit true`);
    try {
      const refused: unknown = await prepareRuntimeRole(db, "other_runtime").catch(
        (e: unknown) => e,
      );
      expect(refused)
        .to.have.property("message")
        .that.matches(/^the master user would become a member of rds_iam, and could log in with/);
      expect(
        await test.query("select pg_has_role('other_runtime', 'rds_iam', 'member') as granted"),
      ).to.deep.equal([{ granted: false }]);
    } finally {
      await test.query("drop role other_runtime");
    }
    await prepareRuntimeRole(db, role);
  });

  it("refuses a name that is none", async () => {
    const refused: unknown = await prepareRuntimeRole(db, 'x"; drop').catch((e: unknown) => e);
    expect(refused).to.have.property(
      "message",
      'runtimeRole is "x\\"; drop", allowed is a plain PostgreSQL name',
    );
  });
});

describe("migrationRequestOf", () => {
  it("fails by name, and says no value", () => {
    const advice = "invoke this function through the program's Invocation";
    expect(() => migrationRequestOf(null)).to.throw(
      `migration request lacks bundleHash, databaseResourceId, runtimeRole, masterPassword, salt: ${advice}`,
    );
    expect(() =>
      migrationRequestOf({
        bundleHash: "h",
        databaseResourceId: "d",
        runtimeRole: 5,
        masterPassword: "p",
        salt: "s",
      }),
    ).to.throw(`migration request lacks runtimeRole: ${advice}`);
  });
});
