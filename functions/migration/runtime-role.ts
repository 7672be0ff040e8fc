import { sql, type Kysely } from "kysely";
import { limits } from "../contract";
import { withLock, type LockOptions } from "./lock";

/** What the product's statements need, and nothing else. Frozen columns cannot be updated. */
const grants = [
  "usage on schema edp",
  "select, insert, delete on edp.ledger, edp.overwrite",
  "update (stored_day) on edp.ledger",
  "select, insert, delete on edp.prefix",
  "update (sequence, idle_since, open, event_count, file_count, total_bytes, first_event_time, last_event_time, first_stored_at, last_stored_at, quiet_since) on edp.prefix",
  "select, insert, delete on edp.outbox",
  "update (attempts, next_attempt_at, last_error, published_at) on edp.outbox",
  "select, insert, delete on edp.heartbeat",
  "select, update on edp.pipeline",
  "select, update (round_before, next_page) on edp.pruning",
  "execute on function edp.clock(), edp.new_batch_id()",
];

/**
 * Limits of the role's sessions: a frozen client keeps its locks for hours by default. The statement
 * and transaction limits stay below ingest's function timeout. They are for accidents: PostgreSQL lets
 * every role change them, for a session and as its own default, which lasts until the next migration.
 */
const sessionLimits = {
  statement_timeout: limits.statement,
  lock_timeout: limits.lock,
  transaction_timeout: limits.transaction,
  idle_in_transaction_session_timeout: limits.idleInTransaction,
};

/**
 * Makes the role that ingest and emitter log in as, or brings it up to date: what it has changed of itself
 * is taken back. Several may run at once. Throws, and changes nothing, if that made the user that runs
 * it unable to log in with its password: on RDS every member of rds_iam must log in with an IAM token.
 */
export async function prepareRuntimeRole(
  db: Kysely<unknown>,
  role: string,
  options: LockOptions = {},
): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) {
    throw new Error(`runtimeRole is ${JSON.stringify(role)}, allowed is a plain PostgreSQL name`);
  }
  await withLock(
    db,
    async (trx) => {
      const wasMember = await isMasterMember(trx);
      const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(trx);
      const name = sql.id(role);
      if (rows.length === 0) await sql`create role ${name} login`.execute(trx);
      await sql`grant rds_iam to ${name}`.execute(trx);
      await resetRole(trx, role);
      for (const [setting, value] of Object.entries(sessionLimits)) {
        await sql`alter role ${name} set ${sql.id(setting)} = ${sql.lit(`${value}s`)}`.execute(trx);
      }
      for (const grant of grants) await sql`grant ${sql.raw(grant)} to ${name}`.execute(trx);
      if (!wasMember && (await isMasterMember(trx))) throw lockedOut(role);
    },
    options,
  );
}

/** What a role may change of itself, and what everybody may do in a new database. */
async function resetRole(trx: Kysely<unknown>, role: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(trx);
  const [name, database] = [sql.id(role), sql.id(rows[0]!.name)];
  await sql`alter role ${name} password null`.execute(trx);
  await sql`alter role ${name} reset all`.execute(trx);
  // Those of a role in one database come before the role's own.
  await sql`alter role ${name} in database ${database} reset all`.execute(trx);
  await sql`revoke temporary on database ${database} from public`.execute(trx);
}

/**
 * Whether the user that runs this can use rds_iam, or become it. Since PostgreSQL 16 the creator of a
 * role is given its administration, which is neither; should RDS count that as well, the migration
 * logs in with a token.
 */
async function isMasterMember(trx: Kysely<unknown>): Promise<boolean> {
  const { rows } = await sql<{ member: boolean }>`
    select pg_has_role(current_user, 'rds_iam', 'usage')
      or pg_has_role(current_user, 'rds_iam', 'set') as member
  `.execute(trx);
  return rows[0]!.member;
}

function lockedOut(role: string): Error {
  return new Error(
    "the master user would become a member of rds_iam, and could log in with an IAM token only: " +
      `take it out of ${role} (revoke ${role} from its name), and run the migration again`,
  );
}
