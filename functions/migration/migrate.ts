import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import type { MigrationResult } from "../contract";
import { compareHistory, splitHistory } from "./history";

/** DDL that waits for a lock keeps everybody behind it waiting: rather fail, and be run again. */
const lockTimeout = "60s";

/**
 * Brings the schema `edp` up to date. May run at once with itself: Kysely's lock lets one do it. A
 * database that is ahead, because a newer version was deployed before, is left as it is. Throws when a
 * migration fails, or when the database's history is another one; nothing of that call is kept then.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: Record<string, Migration>,
): Promise<MigrationResult> {
  await sql`select set_config('lock_timeout', ${lockTimeout}, false)`.execute(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableSchema: "edp",
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  const failed = results.find((result) => result.status === "Error");
  if (failed) throw new Error(`migration ${failed.migrationName} failed`, { cause: error });
  // migrateToLatest never throws: an error that is only returned would deploy green.
  if (error === undefined) {
    return { migrations: results.map((result) => result.migrationName), newerMigrations: [] };
  }

  // Kysely compares inside its lock, and refuses a history that it does not know before it changes
  // anything. Nothing that has run is ever taken back: a look from outside the lock is as good.
  const history = compareHistory(Object.keys(migrations), await migrationsThatRan(db));
  if (history.kind === "older") return { migrations: [], newerMigrations: history.newer };
  if (history.kind === "split") throw splitHistory(history);
  throw new Error("migrations did not run", { cause: error });
}

/** None where there is no list of them yet, or none to be had: then it is not the history that failed. */
async function migrationsThatRan(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from edp.kysely_migration`
    .execute(db)
    .catch(() => ({ rows: [] }));
  return rows.map(({ name }) => name);
}
