import { sql } from "kysely";
import type { Thresholds, Trigger } from "../../contract";
import type { Db } from "../session/connection";

/** A batch that was closed just now. */
export interface ClosedBatch {
  readonly batchId: string;
  readonly prefix: string;
  readonly trigger: Trigger;
}

/** Batches that one call closes at the most: small transactions, between which ingest gets in. */
export const closeLimit = 1000;

/** Prefixes that one call looks at because they may have gone quiet: it moves those that have not. */
const quietLimit = 5000;

export interface CloseResult {
  readonly closed: ClosedBatch[];
  /** There may be others that are due. */
  readonly more: boolean;
}

export interface CloseOptions {
  /** Leaves out the duration trigger. */
  readonly hold: boolean;
  /**
   * What happens to a prefix that an ingest is writing just now: `wait` for it (a row that is always
   * busy would never be closed otherwise), or `skip` it until the next look, which a frozen ingest
   * cannot stop.
   */
  readonly locked: "wait" | "skip";
  /** Prefixes that may have reached the count: see `findFull`. */
  readonly full: readonly string[];
}

/**
 * Closes open batches that are due, those that have been waiting longest first. Takes its locks in the
 * order of the prefixes' ids, as ingest does.
 *
 * What is due is found by two indexes, in their order, and costs what is due: `quiet_since` is moved
 * here, when a prefix that it brings up has had object events since. The order is one that a single
 * index has, and sessions that plan once do not sort, so that no statistics lead elsewhere. The prefixes
 * that are found are read by their ids, without `open`: with it, the planner may walk along all that
 * are open instead.
 */
export async function closeDue(
  db: Db,
  runId: string,
  thresholds: Thresholds,
  { hold, locked, full }: CloseOptions,
): Promise<CloseResult> {
  const duration = interval(thresholds.durationSeconds);
  const maxAge = interval(thresholds.maxAgeSeconds);
  return await db.transaction().execute(async (trx) => {
    if (locked === "wait") await sql`set local lock_timeout = '500ms'`.execute(trx);
    const { rows } = await sql<{
      batch_id: string | null;
      prefix: string;
      trigger: Trigger;
      is_cut: boolean;
      moved: string;
    }>`
      with started as materialized (
        select edp.clock() as started_at
      ),
      quiet as materialized (
        select prefix_id, last_stored_at + ${duration} <= (select started_at from started) as is_due,
          first_stored_at + ${maxAge} <= (select started_at from started) as is_aged
        from edp.prefix
        where open and not ${hold}::boolean
          and quiet_since <= (select started_at - ${duration} from started)
        order by quiet_since limit ${quietLimit}
      ),
      aged as materialized (
        select prefix_id from edp.prefix
        where open and first_stored_at <= (select started_at - ${maxAge} from started)
        order by first_stored_at, prefix_id limit ${closeLimit}
      ),
      candidate as materialized (
        select unnest(${full}::bigint[]) as prefix_id
        union all select prefix_id from aged
        union all select prefix_id from quiet where is_due and is_aged is not true
      ),
      due as materialized (
        select * from edp.prefix p
        where p.prefix_id = any (array(select prefix_id from candidate limit ${closeLimit}))
        and p.event_count > 0 and (
          p.event_count >= ${thresholds.eventCount}::bigint
          or p.first_stored_at + ${maxAge} <= edp.clock()
          or (not ${hold}::boolean and p.last_stored_at + ${duration} <= edp.clock())
        )
        and exists (select from edp.pipeline where lease_owner = ${runId}::uuid)
        order by p.prefix_id
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
          first_stored_at = null, last_stored_at = null, quiet_since = null,
          idle_since = (select (now at time zone 'utc')::date from clock)
        where p.prefix_id = any (array(select prefix_id from named))
      ),
      -- Not waited for: who writes in it now has it looked at again. Nor what closes by another
      -- trigger: of two changes of one row in one statement, PostgreSQL makes the first.
      active as materialized (
        select p.prefix_id from edp.prefix p
        where p.prefix_id = any (array(select prefix_id from quiet where not is_due))
          and p.prefix_id <> all (array(select prefix_id from due))
          and p.event_count > 0
        order by p.prefix_id for no key update of p skip locked
      ),
      moved as (
        update edp.prefix set quiet_since = last_stored_at
        where prefix_id = any (array(select prefix_id from active))
        returning true
      )
      select batch_id, prefix, trigger,
        (select count(*) from candidate) >= ${closeLimit}
          or (select count(*) from quiet) >= ${quietLimit} as is_cut,
        (select count(*) from moved) as moved
      from started left join closed on true
    `.execute(trx);
    const closed = rows.flatMap(({ batch_id, prefix, trigger }) =>
      batch_id === null ? [] : [{ batchId: batch_id, prefix, trigger }],
    );
    const { is_cut, moved } = rows[0]!;
    // Without progress, all that was found is locked by others: there is a pause before the next look.
    return { closed, more: is_cut && closed.length + Number(moved) > 0 };
  });
}

/** Null where there is no such threshold: a comparison with it is never true. */
function interval(value: number | undefined) {
  return sql`make_interval(secs => ${value ?? null}::double precision)`;
}
