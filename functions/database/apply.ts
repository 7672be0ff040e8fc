import { sql } from "kysely";
import { boolArray, int8Array, timestampArray } from "./binary-array";
import type { Db } from "./connection";
import { selectRows, type LedgerRow } from "./ledger";

/** What a transaction brings to the open batch of one prefix. */
export interface Arrival {
  readonly prefixId: string;
  readonly events: number;
  readonly files: number;
  readonly bytes: bigint;
  /** Milliseconds since 1970. */
  readonly firstEventTime: number;
  readonly lastEventTime: number;
  /** Whether the batch reaches its count, and closes. */
  readonly isFull: boolean;
}

export interface Closed {
  readonly batchId: string;
  readonly prefix: string;
  readonly eventCount: number;
}

/**
 * The statement that stores ledger rows, all of them in the order of their keys, adds what arrived to
 * the open batches of the locked prefixes, and closes those that are full. Encoded now, for later.
 *
 * The clock is read after the insert, when there is nothing left to wait for. `offset 0` keeps the
 * planner, who takes a list for a row or two, from joining by nested loops over the whole: 110 ms
 * instead of 20 for a thousand events of one prefix.
 */
export function applying(
  rows: readonly LedgerRow[],
  arrivals: readonly Arrival[],
): (trx: Db) => Promise<Closed[]> {
  const statement = sql<{ batch_id: string; prefix: string; event_count: string }>`
    with stored as (
      insert into edp.ledger (file, event, prefix_id, sequence, stored_day)
      ${selectRows(rows)}, (select (edp.clock() at time zone 'utc')::date)
      returning true
    ),
    clock as materialized (
      select edp.clock() as now from (select count(*) from stored) as waited
    ),
    arrived as materialized (
      select * from ${unnestArrivals(arrivals)}, clock
    ),
    closed as (
      insert into edp.outbox (
        batch_id, prefix_id, sequence, bucket, prefix, trigger, held,
        event_count, file_count, total_bytes, first_event_time, last_event_time,
        due_at, closed_at, next_attempt_at
      )
      select edp.new_batch_id(), p.prefix_id, p.sequence, p.bucket, p.prefix, 'event-count', false,
        p.event_count + a.events, p.file_count + a.files, p.total_bytes + a.bytes,
        least(p.first_event_time, a.first_time), greatest(p.last_event_time, a.last_time),
        now, now, now
      from arrived a,
        lateral (select * from edp.prefix where prefix_id = a.prefix_id offset 0) as p
      where a.is_full
      returning batch_id, prefix, event_count
    ),
    -- greatest: a clock that was set back must not put the last event before the first
    applied as (
      update edp.prefix p set
        sequence = p.sequence + a.is_full::integer,
        open = not a.is_full,
        event_count = case when a.is_full then 0 else p.event_count + a.events end,
        file_count = case when a.is_full then 0 else p.file_count + a.files end,
        total_bytes = case when a.is_full then 0 else p.total_bytes + a.bytes end,
        first_event_time =
          case when not a.is_full then least(p.first_event_time, a.first_time) end,
        last_event_time =
          case when not a.is_full then greatest(p.last_event_time, a.last_time) end,
        first_stored_at = case when not a.is_full then coalesce(p.first_stored_at, a.now) end,
        last_stored_at = case when not a.is_full then greatest(p.last_stored_at, a.now) end
      from arrived a where p.prefix_id = a.prefix_id
    )
    select batch_id, prefix, event_count from closed
  `;
  return async (trx) => {
    const { rows: closed } = await statement.execute(trx);
    return closed.map(({ batch_id, prefix, event_count }) => ({
      batchId: batch_id,
      prefix,
      eventCount: Number(event_count),
    }));
  };
}

function unnestArrivals(arrivals: readonly Arrival[]) {
  return sql`unnest(
    ${int8Array(arrivals.map((a) => a.prefixId))}::bigint[],
    ${int8Array(arrivals.map((a) => a.events))}::bigint[],
    ${int8Array(arrivals.map((a) => a.files))}::bigint[],
    ${int8Array(arrivals.map((a) => a.bytes))}::bigint[],
    ${timestampArray(arrivals.map((a) => a.firstEventTime))}::timestamptz[],
    ${timestampArray(arrivals.map((a) => a.lastEventTime))}::timestamptz[],
    ${boolArray(arrivals.map((a) => a.isFull))}::boolean[]
  ) as a (prefix_id, events, files, bytes, first_time, last_time, is_full)`;
}
