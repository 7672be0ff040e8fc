import { sql } from "kysely";
import { boolArray, int8Array, timestampArray } from "./binary-array";
import type { Db } from "./connection";

/** A prefix that this transaction has locked. */
export interface LockedPrefix {
  readonly prefixId: string;
  /** Of the open batch, or of the next one. */
  readonly sequence: number;
  readonly open: boolean;
  readonly eventCount: bigint;
}

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
 * Locks the prefixes that exist, in byte order, and returns them by name. A plain select: an insert
 * that conflicts with every row takes 4.6 ms for 500 of them, and a second statement to read them
 * 2.3 ms more, where this takes 2.5 ms.
 */
export async function lockPrefixes(
  trx: Db,
  bucket: string,
  names: readonly string[],
): Promise<Map<string, LockedPrefix>> {
  const { rows } = await sql<{
    prefix_id: string;
    prefix: string;
    sequence: number;
    open: boolean;
    event_count: string;
  }>`
    select prefix_id, prefix, sequence, open, event_count from edp.prefix
    where bucket = ${bucket} and prefix = any(${names}::text[])
    order by bucket, prefix for no key update
  `.execute(trx);
  return new Map(
    rows.map(({ prefix_id, prefix, sequence, open, event_count }) => [
      prefix,
      { prefixId: prefix_id, sequence, open, eventCount: BigInt(event_count) },
    ]),
  );
}

/**
 * Makes the prefixes that do not exist. In a transaction of its own, which holds no other lock: two
 * that each make what the other one has locked would deadlock. Nobody deletes a prefix.
 */
export async function addPrefixes(db: Db, bucket: string, names: readonly string[]): Promise<void> {
  await sql`
    insert into edp.prefix (bucket, prefix)
    select ${bucket}, name from unnest(${names}::text[]) as name order by name collate "C"
    on conflict (bucket, prefix) do nothing
  `.execute(db);
}

/**
 * Adds what arrived to the open batches of locked prefixes, and closes those that are full. Returns
 * the closed ones. In a statement of its own after all locks: its clock is read when there is nothing
 * left to wait for.
 *
 * `offset 0` keeps the planner, who takes a list for a row or two, from joining by nested loops over
 * the whole: 110 ms instead of 20 for a thousand events of one prefix.
 */
export async function addArrivals(trx: Db, arrivals: readonly Arrival[]): Promise<Closed[]> {
  const { rows } = await sql<{ batch_id: string; prefix: string; event_count: string }>`
    with clock as materialized (select edp.clock() as now),
    arrived as materialized (
      select * from unnest(
        ${int8Array(arrivals.map((a) => a.prefixId))}::bigint[],
        ${int8Array(arrivals.map((a) => a.events))}::bigint[],
        ${int8Array(arrivals.map((a) => a.files))}::bigint[],
        ${int8Array(arrivals.map((a) => a.bytes))}::bigint[],
        ${timestampArray(arrivals.map((a) => a.firstEventTime))}::timestamptz[],
        ${timestampArray(arrivals.map((a) => a.lastEventTime))}::timestamptz[],
        ${boolArray(arrivals.map((a) => a.isFull))}::boolean[]
      ) as a (prefix_id, events, files, bytes, first_time, last_time, is_full), clock
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
  `.execute(trx);
  return rows.map((row) => ({
    batchId: row.batch_id,
    prefix: row.prefix,
    eventCount: Number(row.event_count),
  }));
}
