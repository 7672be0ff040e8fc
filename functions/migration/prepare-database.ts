import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { MigrationResult } from "../contract";
import { migrate } from "./migrate";
import { prepareRuntimeRole } from "./runtime-role";

/**
 * Makes the database ready for the ingest and the emitter of this version. Where the database is ahead,
 * the role keeps what a newer version granted it, and its limits become this version's. Throws when
 * this version's statements cannot run there.
 */
export async function prepareDatabase(
  db: Kysely<unknown>,
  migrations: Record<string, Migration>,
  runtimeRole: string,
): Promise<MigrationResult> {
  const result = await migrate(db, migrations);
  const { newerMigrations } = result;
  try {
    await prepareRuntimeRole(db, runtimeRole);
  } catch (error) {
    if (newerMigrations.length === 0 || !isMissingObject(error)) throw error;
    throw new Error(
      `this version is too old for the database, where ${newerMigrations.join(", ")} ran after its own ` +
        "migrations; nothing was changed: deploy the version that was deployed last, or the one " +
        "before it; what this one needs was taken away since",
      { cause: error },
    );
  }
  return result;
}

/** SQLSTATEs undefined_table, undefined_column, undefined_function. */
const missingStates = new Set(["42P01", "42703", "42883"]);

function isMissingObject(error: unknown): boolean {
  return missingStates.has(String((error as { code?: unknown }).code));
}
