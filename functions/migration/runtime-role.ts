import { sql, type Kysely } from "kysely";

/** Serialises migrations that run at once; any number, as long as it is ours alone. */
const lockId = 7_363_641_001;

/** What the product's statements need, and nothing else. Frozen columns cannot be updated. */
const grants = [
  "usage on schema edp",
  "select, insert, delete on edp.ledger",
  "select, insert on edp.prefix",
  "update (sequence, open, event_count, file_count, total_bytes, first_event_time, last_event_time, first_stored_at, last_stored_at) on edp.prefix",
  "select, insert, delete on edp.outbox",
  "update (attempts, next_attempt_at, last_error, published_at) on edp.outbox",
  "select, insert, delete on edp.heartbeat",
  "select, update on edp.pipeline",
  "execute on function edp.clock(), edp.new_batch_id()",
];

/**
 * Limits of the role's sessions: a frozen client keeps its locks for hours by default. The statement
 * and transaction limits stay below ingest's function timeout.
 */
const limits = {
  statement_timeout: "10s",
  lock_timeout: "8s",
  transaction_timeout: "12s",
  idle_in_transaction_session_timeout: "10s",
};

/**
 * Makes the role that ingest and emitter log in as, or brings it up to date. May run at once with
 * itself. Throws, and changes nothing, if the user that runs it would no longer be able to log in
 * with its password: on RDS every member of rds_iam must log in with an IAM token.
 */
export async function prepareRuntimeRole(db: Kysely<unknown>, role: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) {
    throw new Error(`runtimeRole is ${JSON.stringify(role)}, allowed is a plain PostgreSQL name`);
  }
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${lockId}::bigint)`.execute(trx);
    const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(trx);
    const name = sql.id(role);
    if (rows.length === 0) await sql`create role ${name} login`.execute(trx);
    await sql`grant rds_iam to ${name}`.execute(trx);
    for (const [setting, value] of Object.entries(limits)) {
      await sql`alter role ${name} set ${sql.id(setting)} = ${sql.lit(value)}`.execute(trx);
    }
    for (const grant of grants) await sql`grant ${sql.raw(grant)} to ${name}`.execute(trx);
    await refuseLockedOutMaster(trx, role);
  });
}

/**
 * Since PostgreSQL 16 the creator of a role is given its administration, which is no membership that
 * can be used; one that inherits from the role or may become it is.
 */
async function refuseLockedOutMaster(trx: Kysely<unknown>, role: string): Promise<void> {
  const { rows } = await sql<{ locked_out: boolean }>`
    select pg_has_role(current_user, 'rds_iam', 'usage')
      or pg_has_role(current_user, 'rds_iam', 'set') as locked_out
  `.execute(trx);
  if (rows[0]!.locked_out) {
    throw new Error(
      `the master user has become a member of rds_iam, and could log in with an IAM token only: ` +
        `take it out of rds_iam, and of ${role} (revoke ${role} from its name), and run the migration again`,
    );
  }
}
