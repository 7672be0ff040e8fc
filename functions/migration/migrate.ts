import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import type { MigrationResult } from "../contract";
import { compareHistory, splitHistory } from "./history";
import { makeLock, withLock, type LockOptions } from "./lock";
import { onConnection } from "./on-connection";

/**
 * Brings the schema `edp` up to date, in one transaction. Several may run at once. A database that is
 * ahead, because a newer version was deployed before, is left as it is. Throws when a migration fails,
 * or when the database's history is another one; nothing of that call is kept then.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: Record<string, Migration>,
  options: LockOptions = {},
): Promise<MigrationResult> {
  await makeLock(db);
  return withLock(
    db,
    async (trx) => {
      const { error, results = [] } = await trx.getExecutor().provideConnection((connection) =>
        new Migrator({
          db: onConnection(connection),
          provider: { getMigrations: () => Promise.resolve(migrations) },
          migrationTableSchema: "edp",
        }).migrateToLatest(),
      );
      const failed = results.find((result) => result.status === "Error");
      if (failed) throw new Error(`migration ${failed.migrationName} failed`, { cause: error });
      // migrateToLatest never throws: an error that is only returned would deploy green.
      if (error === undefined) {
        return { migrations: results.map((result) => result.migrationName), newerMigrations: [] };
      }

      // Kysely refuses a history that it does not know before it changes anything.
      const history = compareHistory(Object.keys(migrations), await migrationsThatRan(trx));
      if (history.kind === "older") return { migrations: [], newerMigrations: history.newer };
      if (history.kind === "split") throw splitHistory(history);
      throw new Error("migrations did not run", { cause: error });
    },
    options,
  );
}

/** None where there is no list of them to be had: then it is not the history that failed. */
async function migrationsThatRan(trx: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from edp.kysely_migration`
    .execute(trx)
    .catch(() => ({ rows: [] }));
  return rows.map(({ name }) => name);
}
