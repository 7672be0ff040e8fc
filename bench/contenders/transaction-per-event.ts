import * as fs from "node:fs";
import { Pool } from "pg";
import { parseMessage, prefixOf } from "../../functions/contract";
import { ledgerKeys } from "../../functions/database/storing/ledger-key";
import type { Contender, ContenderAccess } from "./contender";
import { batchesOf, benchBucket, prefixOf as nameOf } from "./messages";

/**
 * One Lambda per event: each in a transaction of its own, with the same tables and the same result as
 * the product's, as long as no file is written twice. At its best: a single prepared statement, for
 * prefixes that exist.
 */
export function create(access: ContenderAccess): Contender {
  const { host, port, database, user, connections, eventCount } = access;
  const ssl = { ca: fs.readFileSync(access.caFile, "utf8") };
  const pool = new Pool({ host, port, database, ssl, user, max: connections });
  const text = `
    with locked as materialized (
      select * from edp.prefix where bucket = '${benchBucket}' and prefix = $3 for no key update
    ),
    fresh as (
      insert into edp.ledger select $1, $2, prefix_id, sequence, (now() at time zone 'utc')::date
      from locked on conflict do nothing returning prefix_id
    ),
    arrived as materialized (
      select l.*, l.event_count + 1 >= $6 as is_full, clock_timestamp() as now, $5::timestamptz as time
      from locked l, fresh
    ),
    closed as (
      insert into edp.outbox (
        batch_id, prefix_id, sequence, bucket, prefix, trigger, held,
        event_count, file_count, total_bytes, first_event_time, last_event_time,
        due_at, closed_at, next_attempt_at
      )
      select gen_random_uuid(), prefix_id, sequence, bucket, prefix, 'event-count', false,
        event_count + 1, file_count + 1, total_bytes + $4,
        least(first_event_time, time), greatest(last_event_time, time), now, now, now
      from arrived where is_full
    )
    update edp.prefix p set
      sequence = a.sequence + is_full::int,
      open = not is_full,
      event_count = case when is_full then 0 else a.event_count + 1 end,
      file_count = case when is_full then 0 else a.file_count + 1 end,
      total_bytes = case when is_full then 0 else a.total_bytes + $4 end,
      first_event_time = case when not is_full then least(a.first_event_time, time) end,
      last_event_time = case when not is_full then greatest(a.last_event_time, time) end,
      first_stored_at = case when not is_full then coalesce(a.first_stored_at, now) end,
      last_stored_at = case when not is_full then greatest(a.last_stored_at, now) end,
      quiet_since = case when not is_full then coalesce(a.quiet_since, now) end
    from arrived a where p.prefix_id = a.prefix_id`;
  const intake = {
    bucket: benchBucket,
    ignores: () => false,
    oldest: new Date(0),
    newest: new Date(8.64e15),
  };
  const store = async (body: string) => {
    const message = parseMessage(body, intake);
    if (message.kind !== "object") throw new Error(`unexpected ${message.kind}`);
    const { file, event } = ledgerKeys()(message.event);
    const id = BigInt.asIntN(64, BigInt(`0x${event}`)).toString();
    const { key, size, time } = message.event;
    const values = [file, id, prefixOf(key, 2), size, time, eventCount];
    await pool.query({ name: "store", text, values });
  };
  return {
    atOnce: connections,
    async prepare(workload) {
      await pool.query(
        "insert into edp.prefix (bucket, prefix) select $1, unnest($2::text[]) on conflict do nothing",
        [benchBucket, Array.from({ length: workload.prefixes }, (_, i) => nameOf(i))],
      );
      return batchesOf(workload)
        .flat()
        .map((body) => () => store(body));
    },
  };
}
