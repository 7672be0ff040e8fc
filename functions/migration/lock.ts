import { sql, type Kysely, type Transaction } from "kysely";
import { causesOf } from "./causes";

/** A migration that waits for a lock keeps everybody behind it waiting: rather fail, and be run again. */
const lockTimeoutMs = 60_000;

/**
 * Kysely's table for this purpose, which it makes and, on PostgreSQL, does not lock: it takes an advisory
 * lock, as anybody may who can log in, and nobody but RDS's own administrator could forbid it. A table
 * is locked only by who has been granted something on it: nobody but the master user, its owner.
 */
const lock = "edp.kysely_migration_lock";

export interface LockOptions {
  /** @default 60000 */
  readonly lockTimeoutMs?: number;
}

/** Makes the schema and the table that is locked where they are missing. Several may run at once. */
export async function makeLock(db: Kysely<unknown>): Promise<void> {
  for (let attempt = 1; !(await isThere(db)); attempt++) {
    try {
      await sql`create schema if not exists edp`.execute(db);
      // As Kysely makes it.
      await sql`
        create table if not exists ${sql.raw(lock)} (
          id varchar(255) not null primary key,
          is_locked integer not null default 0
        )
      `.execute(db);
    } catch (error) {
      // `if not exists` is no help against one that is being made: who loses is told when it is there.
      if (attempt > 2 || !takenStates.has(stateOf(error))) {
        throw new Error("migrations did not run", { cause: error });
      }
    }
  }
}

/**
 * Does `work` in a transaction, one at a time in a database. Throws, when a lock (this one, or one that
 * `work` needs) was not to be had in time, with the sessions that may have held it.
 */
export async function withLock<T>(
  db: Kysely<unknown>,
  work: (trx: Transaction<unknown>) => Promise<T>,
  { lockTimeoutMs: timeout = lockTimeoutMs }: LockOptions = {},
): Promise<T> {
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`select set_config('lock_timeout', ${String(timeout)}, true)`.execute(trx);
      await sql`lock table ${sql.raw(lock)} in exclusive mode`.execute(trx);
      return work(trx);
    });
  } catch (error) {
    if (!causesOf(error).some((cause) => stateOf(cause) === lockNotAvailable)) throw error;
    throw waitedInVain(error, timeout, await longTransactions(db, timeout));
  }
}

/** SQLSTATEs duplicate_schema, _table, _object (its type), unique_violation (in a catalogue). */
const takenStates = new Set(["42P06", "42P07", "42710", "23505"]);
const lockNotAvailable = "55P03";

async function isThere(db: Kysely<unknown>): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select exists (
      select from pg_class where relnamespace = to_regnamespace('edp')
        and relname = 'kysely_migration_lock'
    ) as there
  `.execute(db);
  return rows[0]!.there;
}

/**
 * Sessions whose transaction is older than the wait, which whoever held the lock all the time is among.
 * RDS's master user may see them, and end them, as a member of rds_superuser:
 * https://repost.aws/knowledge-center/rds-cancel-long-running-queries
 */
async function longTransactions(db: Kysely<unknown>, timeoutMs: number): Promise<string[]> {
  const { rows } = await sql<{ session: string }>`
    select pid || ' of ' || coalesce(usename, backend_type) as session from pg_stat_activity
    where pid <> pg_backend_pid()
      and xact_start <= clock_timestamp() - ${timeoutMs} * interval '1 ms'
    order by pid
  `.execute(db);
  return rows.map(({ session }) => session);
}

function waitedInVain(error: unknown, timeoutMs: number, sessions: string[]): Error {
  const held =
    sessions.length === 0
      ? "whoever held it is gone"
      : `sessions in a transaction as old: ${sessions.join(", ")}; end what should not be there, as the ` +
        "master user, with select pg_terminate_backend(its number)";
  return new Error(
    `a lock was not free within ${timeoutMs / 1000} s; ${held}; then run pulumi up again`,
    { cause: error },
  );
}

function stateOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
