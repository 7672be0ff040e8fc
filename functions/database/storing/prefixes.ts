import { sql, type Selectable } from "kysely";
import { int8Array } from "./binary-array";
import type { Schema } from "../schema";
import type { Db } from "../session/connection";

/** A prefix as it was seen: for good only by the transaction that has locked it. */
export interface SeenPrefix {
  readonly prefixId: bigint;
  /** Of the open batch, or of the next one. */
  readonly sequence: number;
  /** Grows with every transaction that stores something in this batch: tells whether one did. */
  readonly eventCount: bigint;
}

/** Reads the prefixes that exist, by name. */
export async function readPrefixes(
  db: Db,
  bucket: string,
  names: readonly string[],
): Promise<Map<string, SeenPrefix>> {
  const rows = await prefixRows(db)
    .where("bucket", "=", bucket)
    .where("prefix", "=", sql<string>`any (${names}::text[])`)
    .execute();
  return seenByName(rows);
}

/**
 * The same, locked. In the order of their ids, as every transaction does; by these, because ordered by
 * what is not in the index of names, the planner would rather walk along all ids that there are.
 */
export async function lockPrefixes(
  trx: Db,
  bucket: string,
  names: readonly string[],
): Promise<Map<string, SeenPrefix>> {
  const seen = await readPrefixes(trx, bucket, names);
  const ids = [...seen.values()].map(({ prefixId }) => prefixId);
  const rows = await prefixRows(trx)
    .where("prefix_id", "=", sql<string>`any (${int8Array(ids)}::bigint[])`)
    .orderBy("prefix_id")
    .forNoKeyUpdate()
    .execute();
  return seenByName(rows);
}

function prefixRows(db: Db) {
  return db.selectFrom("edp.prefix").select(["prefix_id", "prefix", "sequence", "event_count"]);
}

type PrefixRow = Pick<
  Selectable<Schema["edp.prefix"]>,
  "prefix_id" | "prefix" | "sequence" | "event_count"
>;

function seenByName(rows: readonly PrefixRow[]): Map<string, SeenPrefix> {
  return new Map(
    rows.map(({ prefix_id, prefix, sequence, event_count }) => [
      prefix,
      { prefixId: BigInt(prefix_id), sequence, eventCount: BigInt(event_count) },
    ]),
  );
}

/**
 * Makes the prefixes that do not exist. In a transaction of its own, which holds no other lock: two
 * that each make what the other one has locked would deadlock.
 */
export async function addPrefixes(db: Db, bucket: string, names: readonly string[]): Promise<void> {
  await sql`
    insert into edp.prefix (bucket, prefix)
    select ${bucket}, name from unnest(${names}::text[]) as name order by name collate "C"
    on conflict (bucket, prefix) do nothing
  `.execute(db);
}
