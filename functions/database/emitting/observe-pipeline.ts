import { sql } from "kysely";
import type { HeartbeatTiming } from "../../contract";
import type { Db } from "../session/connection";
import {
  judgePipeline,
  type PipelineJudgement,
  type PipelineSeen,
  type PipelineState,
} from "./judge-pipeline";

/**
 * Looks at the beats, as the holder of the lease, once a look, and notes what the next look needs. Who
 * has lost the lease meanwhile notes nothing: the new holder looks for itself.
 */
export async function observePipeline(
  db: Db,
  runId: string,
  timing: HeartbeatTiming,
): Promise<PipelineState> {
  const seen = await readPipeline(db);
  const judgement = judgePipeline(seen, timing);
  await notePipeline(db, runId, seen.now, judgement);
  return judgement.state;
}

/** As seconds since 1970: a number of JavaScript has room for the microseconds. */
async function readPipeline(db: Db): Promise<PipelineSeen> {
  const { rows } = await sql<{
    now: number;
    is_restarted: boolean | null;
    observed_at: number | null;
    hold_until: number | null;
    held_seconds: number;
    sent_at: number[] | null;
    recorded_at: number[] | null;
  }>`
    select
      extract(epoch from edp.clock())::double precision as now,
      database_started_at <> pg_postmaster_start_time() as is_restarted,
      extract(epoch from observed_at)::double precision as observed_at,
      extract(epoch from hold_until)::double precision as hold_until,
      held_seconds, sent_at, recorded_at
    from edp.pipeline, (
      select
        array_agg(extract(epoch from sent_at)::double precision order by sent_at) as sent_at,
        array_agg(extract(epoch from recorded_at)::double precision order by sent_at) as recorded_at
      from edp.heartbeat
    ) as beats
  `.execute(db);
  const row = rows[0]!;
  const { sent_at: sentAt, recorded_at: recordedAt } = row;
  return {
    now: row.now,
    beats: (sentAt ?? []).map((at, index) => ({ sentAt: at, recordedAt: recordedAt![index]! })),
    isRestarted: row.is_restarted ?? false,
    observedAt: row.observed_at,
    holdUntil: row.hold_until,
    heldSeconds: row.held_seconds,
  };
}

async function notePipeline(
  db: Db,
  runId: string,
  now: number,
  { state, holdUntil, forgotten }: PipelineJudgement,
): Promise<void> {
  await sql`
    with noted as (
      update edp.pipeline set
        database_started_at = pg_postmaster_start_time(),
        observed_at = ${time(now)},
        hold_until = ${time(holdUntil)},
        held_seconds = ${state.heldSeconds}::double precision,
        last_held_at = case when ${state.behind}::boolean then ${time(now)} else last_held_at end
      where lease_owner = ${runId}::uuid
      returning true
    ),
    dropped as (
      delete from edp.heartbeat
      where sent_at = any (array(select to_timestamp(unnest(${forgotten}::double precision[]))))
        and exists (select from noted)
    )
    select from noted
  `.execute(db);
}

function time(seconds: number | null) {
  return sql`to_timestamp(${seconds}::double precision)`;
}
