import { expect } from "chai";
import { sql, type Kysely } from "kysely";
import { runtimeRole as role } from "../../../functions/contract";
import { migrate } from "../../../functions/migration/migrate";
import { prepareDatabase } from "../../../functions/migration/prepare-database";
import { migrations } from "../../../migrations";
import { emptyDatabase } from "../../support/empty-database";

describe("migrations of a version before the one that ran last", () => {
  const { query, session } = emptyDatabase();
  const added = (column: string) => ({
    up: async (trx: Kysely<unknown>) => {
      await sql`alter table edp.outbox add column ${sql.id(column)} text`.execute(trx);
    },
  });
  const later = { ...migrations, "8001_a": added("a"), "8002_b": added("b") };

  /** Everything that a migration could change, as the server has it. */
  const everything = () =>
    query(
      `select attrelid::regclass::text as table, attname as column, attacl::text as grants
       from pg_attribute where attrelid::regclass::text like 'edp.%' and attnum > 0 order by 1, 2`,
    );

  it("change nothing, and say which are newer", async () => {
    const db = await session();
    await migrate(db, later);
    const before = await everything();
    for (let i = 0; i < 2; i++) {
      expect(await migrate(db, migrations)).to.deep.equal({
        migrations: [],
        newerMigrations: ["8001_a", "8002_b"],
      });
    }
    expect(await everything()).to.deep.equal(before);
    expect(await migrate(db, later)).to.deep.equal({ migrations: [], newerMigrations: [] });
  });

  it("do so at once with each other, and with those of the newer version", async () => {
    const runs = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        migrate(await session(), i % 2 === 0 ? later : migrations),
      ),
    );
    expect(runs.flatMap((run) => run.migrations).sort()).to.deep.equal(Object.keys(later));
    for (const { newerMigrations } of runs) {
      expect(newerMigrations.join()).to.be.oneOf(["", "8001_a,8002_b"]);
    }
  });

  it("leave the role what it was granted, and give it their own limits", async () => {
    const db = await session();
    await prepareDatabase(db, later, role);
    await query("create table edp.of_the_newer (x integer)");
    await query(`grant select on edp.of_the_newer to ${role}`);
    await query(`alter role ${role} set lock_timeout = '3s'`);

    expect(await prepareDatabase(db, migrations, role)).to.deep.equal({
      migrations: [],
      newerMigrations: ["8001_a", "8002_b"],
    });
    expect(
      await query(
        `select has_table_privilege($1, 'edp.of_the_newer', 'select') as granted,
           'lock_timeout=8s' = any(rolconfig) as limited from pg_roles where rolname = $1`,
        [role],
      ),
    ).to.deep.equal([{ granted: true, limited: true }]);
  });

  it("fail where a newer one has taken away what they need", async () => {
    const db = await session();
    const contracted = {
      ...later,
      "8003_contract": {
        up: async (trx: Kysely<unknown>) => {
          await sql`alter table edp.outbox drop column last_error`.execute(trx);
        },
      },
    };
    await migrate(db, contracted);
    const failure: unknown = await prepareDatabase(db, migrations, role).catch((e: unknown) => e);
    expect(failure).to.have.property(
      "message",
      "this version is too old for the database, where 8001_a, 8002_b, 8003_contract ran after its " +
        "own migrations; nothing was changed: deploy the version that was deployed last, or the one " +
        "before it; what this one needs was taken away since",
    );
    expect(failure).to.have.nested.property(
      "cause.message",
      'column "last_error" of relation "outbox" does not exist',
    );
  });
});

describe("migrations that have split from the database's", () => {
  const { query, session } = emptyDatabase();
  const nothing = { up: () => Promise.resolve() };
  const run = async (older: string[], ours: string[]) => {
    const made = (list: string[]) => Object.fromEntries(list.map((name) => [name, nothing]));
    const db = await session();
    await migrate(db, made(older));
    const failure: unknown = await migrate(db, made(ours)).catch((error: unknown) => error);
    expect(await query("select name from edp.kysely_migration order by 1")).to.deep.equal(
      older.map((name) => ({ name })),
    );
    return failure instanceof Error ? failure.message : failure;
  };
  const text = (differences: string) =>
    `this version's migrations and the database's have split: ${differences}; ` +
    "one list has to be the beginning of the other; nothing was changed: " +
    "deploy the version that was deployed last, or one that follows it";

  it("fail when each has one that the other has not", async () => {
    expect(await run(["0001", "0002_theirs"], ["0001", "0002_ours"])).to.equal(
      text(
        "the database has 0002_theirs, unknown to this version; " +
          "this version has 0002_ours, which did not run in its turn",
      ),
    );
  });

  it("fail when one of ours would come late", async () => {
    expect(await run(["0001", "0003"], ["0001", "0002", "0003"])).to.equal(
      text("this version has 0002, which did not run in its turn"),
    );
  });

  it("fail when the unknown one ran before one of ours", async () => {
    const unknown = text("the database has 0002, unknown to this version");
    expect(await run(["0001", "0002", "0003"], ["0001", "0003"])).to.equal(unknown);
  });

  it("fail when the unknown one ran before all of ours", async () => {
    const unknown = text("the database has 0000_older, unknown to this version");
    expect(await run(["0000_older", "0001"], ["0001"])).to.equal(unknown);
  });
});
