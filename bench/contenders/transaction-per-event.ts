import * as fs from "node:fs";
import { Pool } from "pg";
import { parseMessage, prefixOf } from "../../functions/contract";
import { ledgerKeys } from "../../functions/database/ledger-key";
import { timed, type Contender, type ContenderAccess } from "./contender";
import { batchesOf, benchBucket } from "./messages";

/**
 * One Lambda per event: each in a transaction of its own, which is a single prepared statement. It
 * counts each object event once, and does nothing else: no bytes, no batches, no announcements.
 */
export async function create(access: ContenderAccess): Promise<Contender> {
  const { host, port, database, master, connections } = access;
  const ssl = { ca: fs.readFileSync(access.caFile, "utf8") };
  const pool = new Pool({ host, port, database, ssl, ...master, max: connections });
  await pool.query(`
    create schema if not exists bench;
    create table if not exists bench.seen (
      file uuid not null, event bigint not null, primary key (file, event)
    );
    create table if not exists bench.counter (
      prefix text collate "C" primary key, event_count bigint not null, last_stored_at timestamptz not null
    ) with (fillfactor = 50);
  `);
  const text = `
    with fresh as (
      insert into bench.seen values ($1, $2) on conflict do nothing returning 1
    )
    insert into bench.counter select $3, 1, clock_timestamp() from fresh
    on conflict (prefix) do update set event_count = counter.event_count + 1,
      last_stored_at = excluded.last_stored_at`;
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
    const values = [file, id, prefixOf(message.event.key, 2)];
    await pool.query({ name: "store", text, values });
  };
  let bodies: string[] = [];
  return {
    prepare: (workload) => {
      bodies = batchesOf(workload).flat();
    },
    run: () => timed(bodies, store, connections),
  };
}
