import { sql } from "kysely";
import type { Batch } from "../contract";
import type { Db } from "./connection";

/** Why an attempt to publish a batch failed, in PutEvents' or the SDK's words. */
export interface FailedAttempt {
  readonly batchId: string;
  readonly error: string;
}

/** Longest pause between two attempts; a batch is never given up. */
const longestPauseSeconds = 60;

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
 * Notes what an attempt brought, if `run` still holds the lease; otherwise nothing: a run that lost it
 * may have published a second copy, and that is all it may do. One statement. Returns how late the
 * published ones are: seconds from the moment they were due.
 */
export async function noteAttempts(
  db: Db,
  run: string,
  published: readonly string[],
  failed: readonly FailedAttempt[],
): Promise<number[]> {
  const { rows } = await sql<{ lateness: number | null }>`
    with attempt as (
      select batch_id, null as error from unnest(${published}::uuid[]) as batch_id
      union all
      select * from unnest(
        ${failed.map((attempt) => attempt.batchId)}::uuid[],
        ${failed.map((attempt) => attempt.error)}::text[]
      )
    )
    update edp.outbox o set
      attempts = o.attempts + 1,
      last_error = a.error,
      published_at = case when a.error is null then edp.clock() end,
      next_attempt_at = edp.clock() + make_interval(
        secs => least(power(2, least(o.attempts, 10)), ${longestPauseSeconds})
      )
    from attempt a
    where o.batch_id = a.batch_id and o.published_at is null
      and exists (select from edp.pipeline where lease_owner = ${run}::uuid)
    returning extract(epoch from o.published_at - o.due_at)::double precision as lateness
  `.execute(db);
  return rows.flatMap(({ lateness }) => lateness ?? []);
}

/** What is left to do: as long as there is any, an emitter stays awake. */
export interface Pending {
  readonly openPrefixes: boolean;
  readonly unpublished: boolean;
}

export async function pendingWork(db: Db): Promise<Pending> {
  const { rows } = await sql<{ open: boolean; unpublished: boolean }>`
    select exists (select from edp.prefix where open) as open,
      exists (select from edp.outbox where published_at is null) as unpublished
  `.execute(db);
  return { openPrefixes: rows[0]!.open, unpublished: rows[0]!.unpublished };
}
