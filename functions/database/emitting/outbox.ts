import { sql } from "kysely";
import type { Batch } from "../../contract";
import type { Db } from "../session/connection";

/** Why an attempt to publish a batch failed, in PutEvents' or the SDK's words. */
export interface FailedAttempt {
  readonly batchId: string;
  readonly error: string;
}

/** Longest pause between two attempts; a batch is never given up. */
const maxPauseSeconds = 60;

/** Closed batches whose next attempt has come, those that wait longest first. */
export async function takeUnpublished(db: Db, limit: number): Promise<Batch[]> {
  const rows = await db
    .selectFrom("edp.outbox")
    .selectAll()
    .where("published_at", "is", null)
    .where("next_attempt_at", "<=", sql<Date>`edp.clock()`)
    .orderBy("next_attempt_at")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    batchId: row.batch_id,
    bucket: row.bucket,
    prefix: row.prefix,
    sequence: row.sequence,
    trigger: row.trigger,
    held: row.held,
    fileCount: Number(row.file_count),
    eventCount: Number(row.event_count),
    totalBytes: Number(row.total_bytes),
    firstEventTime: row.first_event_time,
    lastEventTime: row.last_event_time,
    closedAt: row.closed_at,
  }));
}

/**
 * Notes what an attempt brought, if `runId` still holds the lease; otherwise nothing: a run that lost it
 * may have published a second copy, and that is all it may do. One statement. Returns how late the
 * published ones are: seconds from the moment they were due. "is null" would let the planner walk along
 * all that is unpublished.
 */
export async function noteAttempts(
  db: Db,
  runId: string,
  published: readonly string[],
  failed: readonly FailedAttempt[],
): Promise<number[]> {
  const failedIds = failed.map(({ batchId }) => batchId);
  const errors = failed.map(({ error }) => error);
  const { rows } = await sql<{ lateness: number | null }>`
    update edp.outbox set
      attempts = attempts + 1,
      last_error = (${errors}::text[])[array_position(${failedIds}::uuid[], batch_id)],
      published_at = case when batch_id = any (${published}::uuid[]) then edp.clock() end,
      next_attempt_at = edp.clock() + make_interval(
        secs => least(power(2, least(attempts, 10)), ${maxPauseSeconds})
      )
    where batch_id = any (${[...published, ...failedIds]}::uuid[])
      and coalesce(published_at, 'infinity') = 'infinity'
      and exists (select from edp.pipeline where lease_owner = ${runId}::uuid)
    returning extract(epoch from published_at - due_at)::double precision as lateness
  `.execute(db);
  return rows.flatMap(({ lateness }) => lateness ?? []);
}

/** What is left to do: as long as there is any, an emitter stays awake. */
export interface Pending {
  readonly openPrefixes: boolean;
  readonly unpublished: boolean;
}

/** Read from the start of an index: `exists` would leave it to the planner where to begin. */
export async function pendingWork(db: Db): Promise<Pending> {
  const { rows } = await sql<{ open: boolean | null; unpublished: boolean | null }>`
    select
      (select open from edp.prefix where open order by quiet_since limit 1) as open,
      (
        select true from edp.outbox where published_at is null order by next_attempt_at limit 1
      ) as unpublished
  `.execute(db);
  return { openPrefixes: rows[0]!.open ?? false, unpublished: rows[0]!.unpublished ?? false };
}
