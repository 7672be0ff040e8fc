import { sql } from "kysely";
import type { Db } from "./connection";

/** A prefix that this transaction has locked. */
export interface LockedPrefix {
  readonly prefixId: string;
  /** Of the open batch, or of the next one. */
  readonly sequence: number;
  readonly open: boolean;
  readonly eventCount: bigint;
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
