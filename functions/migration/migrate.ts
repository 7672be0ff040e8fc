import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";

/** DDL that waits for a lock keeps everybody behind it waiting: rather fail, and be run again. */
const lockTimeout = "60s";

/**
 * Brings the schema `edp` up to date and returns the names of the migrations that ran. May run at
 * once with itself: Kysely's lock lets one do it. Throws when a migration fails; nothing of that
 * call is kept then.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: Record<string, Migration>,
): Promise<string[]> {
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
  if (error !== undefined) throw new Error("migrations did not run", { cause: error });
  return results.map((result) => result.migrationName);
}
