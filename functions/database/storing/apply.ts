import { sql, type RawBuilder } from "kysely";
import {
  int4Array,
  int8Array,
  int8ArrayOfHex,
  timestampArray,
  uuidArrayOfHex,
} from "./binary-array";
import type { Db } from "../session/connection";
import { dayOfEvents } from "./ledger";
import type { LedgerKey } from "./ledger-key";

/** What a transaction brings to the open batch of one prefix. */
export interface Arrival {
  readonly prefixId: bigint;
  readonly events: number;
  readonly files: number;
  readonly bytes: bigint;
  /** Milliseconds since 1970. */
  readonly firstEventTime: number;
  readonly lastEventTime: number;
  /**
   * The batch as it was seen, where `files` holds for no other: a file that was written before may be in
   * it already. -1: it holds for any.
   */
  readonly seenSequence: number;
  readonly seenEventCount: bigint;
}

/** An object event for the ledger, with the place of its prefix among the arrivals, from 1. */
export interface NewRow extends LedgerKey {
  readonly place: number;
}

export interface Changes {
  /** In the order of their prefixes' ids. */
  readonly arrivals: readonly Arrival[];
  /** The first object event of each file that the ledger does not know. In the order of their keys. */
  readonly firsts: readonly NewRow[];
  /** The first of none. In the order of their keys. */
  readonly overwrites: readonly NewRow[];
  /** Files whose row in the ledger was stored on an earlier day. In their order. */
  readonly staleFiles: readonly string[];
}

export interface Closed {
  readonly batchId: string;
  readonly prefix: string;
  readonly eventCount: number;
}

export interface Applied {
  /** Batches that were opened and are still open. */
  readonly opened: number;
  /** Batches that were closed by their count. */
  readonly closed: Closed[];
}

/**
 * The statement that locks the prefixes, stores ledger rows, adds what arrived to the open batches, and
 * closes those that reach `eventCount`. Encoded now, for later. It comes to undefined, and has counted
 * nothing, when something is not as it was seen: a batch, a prefix or a file that was forgotten since.
 *
 * One statement, because others wait for the locks: outside of a transaction it is one, without a round
 * trip between the first lock and the commit. What is written waits for all locks, by `gate`, and the
 * clock is read after the inserts, when there is nothing left to wait for. The locks are taken by a scan
 * of its own: where it joins with the arrivals, checking a prefix that has changed since the statement
 * began takes several times as long. So arrivals are numbered like the locked prefixes, in the order of
 * their ids, and taken out of arrays by number. Lists of rows are read in the select: in the from clause
 * they would be copied into a table first, which takes 1 ms more for a thousand rows.
 */
export function applyStatement(
  { arrivals, firsts, overwrites, staleFiles }: Changes,
  eventCount: number,
): (db: Db) => Promise<Applied | undefined> {
  const statement = sql<{
    is_applied: boolean;
    opened: string;
    batch_id: string | null;
    prefix: string;
    event_count: string;
  }>`
    with locked as materialized (
      select * from edp.prefix
      where prefix_id = any (${int8Array(arrivals.map((a) => a.prefixId))}::bigint[])
      order by prefix_id for no key update
    ),
    arrived as materialized (
      select *, event_count + events >= ${eventCount}::bigint as is_full,
        seen_sequence >= 0 and (sequence, event_count) <> (seen_sequence, seen_event_count) as has_moved
      from (
        select locked.*, ${arrivalAt(arrivals, sql`place`)}
        from (select *, row_number() over () as place from locked) as locked
      ) as a
    ),
    gate as materialized (
      select count(*) = ${arrivals.length}::integer and not bool_or(has_moved) as is_open,
        array_agg(prefix_id) as ids, array_agg(sequence) as sequences,
        (edp.clock() at time zone 'utc')::date as today
      from arrived
    ),
    renewed as (
      update edp.ledger set stored_day = greatest(stored_day, ${dayOfEvents})
      where (select is_open from gate) and file = any (${uuidArrayOfHex(staleFiles)}::uuid[])
      returning true
    ),
    allowed as materialized (
      select is_open and (select count(*) from renewed) = ${staleFiles.length}::integer as is_applied
      from gate
    ),
    stored as (
      insert into edp.ledger (file, event, prefix_id, sequence, stored_day)
      select file, event, ids[place], sequences[place], today
      from gate, allowed, (select ${unnestRows(firsts)}) as first where is_applied
      returning true
    ),
    overwritten as (
      insert into edp.overwrite (file, moment, event, prefix_id, sequence, stored_day)
      select file, moment, event, ids[place], sequences[place], today
      from gate, allowed, (
        select ${unnestRows(overwrites)},
          unnest(${int8ArrayOfHex(overwrites.map((row) => row.moment))}::bigint[]) as moment
      ) as overwrite
      where is_applied and (select count(*) from stored) >= 0
      returning true
    ),
    clock as materialized (
      select edp.clock() as now
      from (select count(*) from stored) as waited, (select count(*) from overwritten) as waited_too
    ),
    closed as (
      insert into edp.outbox (
        batch_id, prefix_id, sequence, bucket, prefix, trigger, held,
        event_count, file_count, total_bytes, first_event_time, last_event_time,
        due_at, closed_at, next_attempt_at
      )
      select edp.new_batch_id(), prefix_id, sequence, bucket, prefix, 'event-count', false,
        event_count + events, file_count + files, total_bytes + bytes,
        least(first_event_time, first_time), greatest(last_event_time, last_time),
        now, now, now
      from arrived, allowed, clock where is_applied and is_full
      returning batch_id, prefix, event_count
    ),
    -- An upsert of rows that are there takes each as it is. An update would look for it as it was when
    -- the statement began, and do its work twice for each that has changed since.
    -- greatest: a clock that was set back must not put the last event before the first
    applied as (
      insert into edp.prefix (
        prefix_id, bucket, prefix, sequence, idle_since, open, event_count, file_count, total_bytes,
        first_event_time, last_event_time, first_stored_at, last_stored_at, quiet_since
      )
      overriding system value
      select prefix_id, bucket, prefix,
        sequence + is_full::integer,
        case when is_full then (now at time zone 'utc')::date else idle_since end,
        not is_full,
        case when is_full then 0 else event_count + events end,
        case when is_full then 0 else file_count + files end,
        case when is_full then 0 else total_bytes + bytes end,
        case when not is_full then least(first_event_time, first_time) end,
        case when not is_full then greatest(last_event_time, last_time) end,
        case when not is_full then coalesce(first_stored_at, now) end,
        case when not is_full then greatest(last_stored_at, now) end,
        case when not is_full then coalesce(quiet_since, now) end
      from arrived, allowed, clock where is_applied
      on conflict (prefix_id) do update set
        sequence = excluded.sequence, idle_since = excluded.idle_since, open = excluded.open,
        event_count = excluded.event_count, file_count = excluded.file_count,
        total_bytes = excluded.total_bytes,
        first_event_time = excluded.first_event_time, last_event_time = excluded.last_event_time,
        first_stored_at = excluded.first_stored_at, last_stored_at = excluded.last_stored_at,
        quiet_since = excluded.quiet_since
    )
    select is_applied, batch_id, closed.prefix, closed.event_count,
      (select count(*) from arrived where not open and not is_full) as opened
    from allowed left join closed on true
  `;
  return async (db) => {
    const { rows } = await statement.execute(db);
    if (!rows[0]!.is_applied) return undefined;
    const closed = rows.flatMap(({ batch_id, prefix, event_count }) =>
      batch_id === null ? [] : [{ batchId: batch_id, prefix, eventCount: Number(event_count) }],
    );
    return { opened: Number(rows[0]!.opened), closed };
  };
}

function arrivalAt(arrivals: readonly Arrival[], place: RawBuilder<unknown>) {
  const bigints = (of: (arrival: Arrival) => bigint | number) =>
    sql`(${int8Array(arrivals.map(of))}::bigint[])[${place}]`;
  const times = (of: (arrival: Arrival) => number) =>
    sql`(${timestampArray(arrivals.map(of))}::timestamptz[])[${place}]`;
  return sql`
    ${bigints((a) => a.events)} as events,
    ${bigints((a) => a.files)} as files,
    ${bigints((a) => a.bytes)} as bytes,
    ${times((a) => a.firstEventTime)} as first_time,
    ${times((a) => a.lastEventTime)} as last_time,
    ${bigints((a) => a.seenSequence)} as seen_sequence,
    ${bigints((a) => a.seenEventCount)} as seen_event_count`;
}

function unnestRows(rows: readonly NewRow[]) {
  return sql`
    unnest(${uuidArrayOfHex(rows.map((row) => row.file))}::uuid[]) as file,
    unnest(${int8ArrayOfHex(rows.map((row) => row.event))}::bigint[]) as event,
    unnest(${int4Array(rows.map((row) => row.place))}::integer[]) as place`;
}
