import { sql } from "kysely";
import type { HeartbeatTiming } from "../../contract";
import type { Db } from "../session/connection";

/** What the emitter sees of the pipeline behind the object events. */
export interface PipelineState {
  /** Object events may be waiting where the emitter cannot see them. */
  readonly behind: boolean;
  /** Duration triggers must wait: behind, and not yet for longer than the limit. */
  readonly hold: boolean;
  /** Seconds, as seen by running emitters, for which the pipeline has been behind. */
  readonly heldSeconds: number;
  /** Age in seconds of the newest beat; null when none was ever seen. */
  readonly heartbeatAgeSeconds: number | null;
}

/** Time between two looks that counts as observed: longer pauses had no running emitter. */
const longestLookSeconds = 10;

/** Beats older than this many periods are not missed any more: EventBridge gives up after a day. */
const rememberedBeats = 1440;

/**
 * Looks at the beats, as the holder of the lease, once a look; keeps what the next look needs.
 *
 * A beat is a sample and no barrier (standard queues are unordered, a failed batch is invisible while
 * newer beats pass), so the pipeline is behind while any beat is missing, and for a while after: the
 * failed batch that carried it may not be the only one. The same after the database was restarted.
 * An hour of outage without an emitter must not use up the limit, or everything would go out at the
 * very moment of recovery: only time between looks counts.
 */
export async function observePipeline(db: Db, timing: HeartbeatTiming): Promise<PipelineState> {
  const { periodSeconds, missingAfterSeconds, holdAfterTroubleSeconds, holdLimitSeconds } = timing;
  const { rows } = await sql<{
    behind: boolean;
    hold: boolean;
    held_seconds: number;
    age: number | null;
  }>`
    with clock as materialized (
      select edp.clock() as now, pg_postmaster_start_time() as started_at
    ),
    beat as materialized (
      select sent_at, recorded_at, lead(sent_at) over (order by sent_at) as next_at
      from edp.heartbeat
    ),
    -- one and a half periods: schedules jitter by seconds, and a missing beat leaves two
    gap as materialized (
      select sent_at from beat, clock
      where (next_at is null or next_at - sent_at > ${seconds(periodSeconds * 1.5)})
        and (next_at is null or next_at > now - ${seconds(periodSeconds * rememberedBeats)})
    ),
    seen as (
      select
        not exists (select from beat) as never,
        exists (
          select from gap, clock
          where sent_at + ${seconds(periodSeconds + missingAfterSeconds)} < now
        ) as missing,
        (select max(recorded_at) from beat
          where recorded_at - sent_at > ${seconds(missingAfterSeconds)}) as late_at,
        (select max(sent_at) from beat) as newest_at
    ),
    judged as (
      select now, started_at, never, missing, newest_at, p.observed_at, p.held_seconds,
        greatest(
          p.hold_until,
          late_at + ${seconds(holdAfterTroubleSeconds)},
          case when missing or started_at <> p.database_started_at
            then now + ${seconds(holdAfterTroubleSeconds)} end
        ) as hold_until
      from edp.pipeline p, clock, seen
    ),
    verdict as (
      select *, never or missing or coalesce(now < hold_until, false) as behind,
        coalesce(extract(epoch from least(
          greatest(now - observed_at, interval '0'), ${seconds(longestLookSeconds)})), 0) as passed
      from judged
    ),
    noted as (
      update edp.pipeline p set
        database_started_at = v.started_at,
        observed_at = v.now,
        hold_until = v.hold_until,
        held_seconds = case when v.behind then v.held_seconds + v.passed else 0 end,
        last_held_at = case when v.behind then v.now else p.last_held_at end
      from verdict v
      returning v.behind, p.held_seconds, p.held_seconds >= ${holdLimitSeconds} as used_up,
        extract(epoch from v.now - v.newest_at)::double precision as age
    ),
    -- Up to the first missing beat, or, once the limit is used up, up to the newest: what is still
    -- missing then is given up, or one lost beat would hold every batch for ever.
    forgotten as (
      delete from edp.heartbeat
      where sent_at < (
        select case when used_up then (select max(sent_at) from beat)
          else (select min(sent_at) from gap) end
        from noted
      )
    )
    select behind, behind and not used_up as hold, held_seconds, age from noted
  `.execute(db);
  const row = rows[0]!;
  return {
    behind: row.behind,
    hold: row.hold,
    heldSeconds: row.held_seconds,
    heartbeatAgeSeconds: row.age,
  };
}

function seconds(value: number) {
  return sql`make_interval(secs => ${value}::double precision)`;
}
