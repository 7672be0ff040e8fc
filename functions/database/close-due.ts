import { sql } from "kysely";
import type { Thresholds, Trigger } from "../contract";
import type { Db } from "./connection";

/** A batch that was closed just now. */
export interface ClosedBatch {
  readonly batchId: string;
  readonly prefix: string;
  readonly trigger: Trigger;
}

/** Batches that one call closes at the most: small transactions, between which ingest gets in. */
export const closeLimit = 1000;

/**
 * Closes the open batches that are due, oldest prefix first in byte order, as ingest takes its locks.
 *
 * `hold` leaves out the duration trigger. `locked` says what happens to a prefix that an ingest is
 * writing just now: `wait` for it (a row that is always busy would never be closed otherwise), or
 * `skip` it until the next look, which a frozen ingest cannot stop.
 */
export async function closeDue(
  db: Db,
  run: string,
  thresholds: Thresholds,
  { hold, locked }: { hold: boolean; locked: "wait" | "skip" },
): Promise<ClosedBatch[]> {
  const duration = interval(thresholds.durationSeconds);
  const maxAge = interval(thresholds.maxAgeSeconds);
  return await db.transaction().execute(async (trx) => {
    if (locked === "wait") await sql`set local lock_timeout = '500ms'`.execute(trx);
    const { rows } = await sql<{ batch_id: string; prefix: string; trigger: Trigger }>`
      with due as materialized (
        select * from edp.prefix p
        where p.open and (
          p.event_count >= ${thresholds.eventCount}::bigint
          or p.first_stored_at + ${maxAge} <= edp.clock()
          or (not ${hold}::boolean and p.last_stored_at + ${duration} <= edp.clock())
        )
        and exists (select from edp.pipeline where lease_owner = ${run}::uuid)
        order by p.bucket, p.prefix
        limit ${closeLimit}
        for no key update of p ${locked === "skip" ? sql`skip locked` : sql``}
      ),
      -- counts what is due, so that the clock is read once the locks are held
      clock as materialized (
        select edp.clock() as now from (select count(*) from due) as locked
      ),
      named as materialized (
        select due.*, now, last_held_at,
          case
            when event_count >= ${thresholds.eventCount}::bigint then 'event-count'
            when first_stored_at + ${maxAge} <= now then 'max-age'
            else 'duration'
          end as trigger
        from due, edp.pipeline, clock
      ),
      closed as (
        insert into edp.outbox (
          batch_id, prefix_id, sequence, bucket, prefix, trigger, held,
          event_count, file_count, total_bytes, first_event_time, last_event_time,
          due_at, closed_at, next_attempt_at
        )
        select edp.new_batch_id(), prefix_id, sequence, bucket, prefix, trigger,
          trigger = 'duration' and coalesce(last_stored_at + ${duration} <= last_held_at, false),
          event_count, file_count, total_bytes, first_event_time, last_event_time,
          case trigger
            when 'event-count' then last_stored_at
            when 'max-age' then first_stored_at + ${maxAge}
            else last_stored_at + ${duration}
          end,
          now, now
        from named
        returning batch_id, prefix, trigger
      ),
      emptied as (
        update edp.prefix p set
          sequence = p.sequence + 1, open = false, event_count = 0, file_count = 0, total_bytes = 0,
          first_event_time = null, last_event_time = null,
          first_stored_at = null, last_stored_at = null
        from named where p.prefix_id = named.prefix_id
      )
      select batch_id, prefix, trigger from closed
    `.execute(trx);
    return rows.map((row) => ({ batchId: row.batch_id, prefix: row.prefix, trigger: row.trigger }));
  });
}

/** Null where there is no such threshold: a comparison with it is never true. */
function interval(value: number | undefined) {
  return sql`make_interval(secs => ${value ?? null}::double precision)`;
}
