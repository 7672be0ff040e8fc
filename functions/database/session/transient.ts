/** SQLSTATEs after which the same work can succeed on a new connection. */
const transientStates = new Set([
  "28000", // invalid_authorization_specification: RDS could not check an IAM token just now
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "55P03", // lock_not_available: lock_timeout
  "57014", // query_canceled: statement_timeout
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now: starting up
  "57P05", // idle_session_timeout
  "25006", // read_only_sql_transaction: a failover that is not over yet, full storage
  "25P03", // idle_in_transaction_session_timeout
  "25P04", // transaction_timeout
  "53300", // too_many_connections
  "53100", // disk_full
  "53200", // out_of_memory
  "53400", // configuration_limit_exceeded
  "58030", // io_error
]);

const transientCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** node-postgres gives these no code. */
const transientMessages =
  /Connection terminated|Client has encountered a connection error|timeout expired|Query read timeout|Connection ended unexpectedly|Client was closed and is not queryable/i;

/** Whether the same work may succeed on a new connection, now or when the database is back. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") {
    if (transientStates.has(code) || transientCodes.has(code)) return true;
    if (/^08/.test(code)) return true; // connection exceptions
  }
  if (transientMessages.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isTransient);
  return error.cause !== undefined && isTransient(error.cause);
}

/** SQLSTATE 55P03, lock_not_available: somebody else holds what was asked for. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "55P03";
}

/** SQLSTATE classes of a value that cannot be stored: trying it again cannot help. */
export function isDataError(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" && /^(22|54)/.test(code);
}

/** SQLSTATE 23505, unique_violation, on the ledger: somebody else stored the same object event. */
export function isLedgerConflict(error: unknown): boolean {
  const { code, table } = error as { code?: unknown; table?: unknown };
  return (
    error instanceof Error && code === "23505" && (table === "ledger" || table === "overwrite")
  );
}
