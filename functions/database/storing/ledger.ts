import { sql } from "kysely";
import { boolArray, int4Array, int8Array, int8ArrayOfHex, uuidArrayOfHex } from "./binary-array";
import type { Db } from "../session/connection";
import type { LedgerKey } from "./ledger-key";

/** A batch, as ledger rows name it. */
export interface BatchKey {
  readonly prefixId: bigint;
  readonly sequence: number;
}

/** An object event on its way into the ledger, with the batch that it would belong to. */
export interface LedgerRow extends LedgerKey, BatchKey {
  /** Object events of this batch so far. */
  readonly eventCount: bigint;
}

/** What the ledger has of a file: the first object event, and the batch that this was counted in. */
export interface KnownFile extends BatchKey {
  /** As in `LedgerKey`. */
  readonly event: string;
  /** Of an earlier day: whoever stores something of this file has to move it to this one. */
  readonly isStale: boolean;
}

/**
 * The day of a file's row, once something of the file is stored. A minute ahead, so that an overwrite that
 * is looked up before midnight and stored after it is not of a later day than its file: as long as the
 * ledger remembers one of a file's object events, it remembers the file.
 */
export const dayOfEvents = sql`((edp.clock() + interval '1 min') at time zone 'utc')::date`;

/** What the ledger has of these files, by their key. A row each, however often they were written. */
export async function knownFiles(
  db: Db,
  rows: readonly LedgerKey[],
): Promise<Map<string, KnownFile>> {
  const found = await db
    .selectFrom("edp.ledger")
    .select([
      sql<string>`replace(file::text, '-', '')`.as("file"),
      sql<string>`lpad(to_hex(event), 16, '0')`.as("event"),
      "prefix_id",
      "sequence",
      sql<boolean>`stored_day < (select ${dayOfEvents})`.as("is_stale"),
    ])
    .where("file", "=", sql<string>`any (${uuidArrayOfHex(rows.map((row) => row.file))}::uuid[])`)
    .execute();
  return new Map(
    found.map(({ file, event, prefix_id, sequence, is_stale }) => [
      file,
      { event, prefixId: BigInt(prefix_id), sequence, isStale: is_stale },
    ]),
  );
}

/** What is known of an object event that is not the first of its file. */
export interface KnownOverwrite {
  /** Whether it was counted before. */
  readonly hasEvent: boolean;
  /** Whether its batch has its file already, by another overwrite. */
  readonly hasFile: boolean;
}

/**
 * Looks these object events up among the overwrites: two rows of an index each. Ranges that are cut
 * after their first row instead of equalities: each can be read in its order from only one index, so
 * that no statistics make the planner take the other one, and walk all that was ever written to a file.
 */
export async function knownOverwrites(
  db: Db,
  rows: readonly LedgerRow[],
): Promise<KnownOverwrite[]> {
  const { rows: answers } = await sql<{ has_event: boolean | null; has_file: boolean | null }>`
    select
      (
        select o.file = a.file and o.moment = a.moment and o.event = a.event
        from edp.overwrite o where (o.file, o.moment, o.event) >= (a.file, a.moment, a.event)
        order by o.file, o.moment, o.event limit 1
      ) as has_event,
      case when not is_empty then (
        select o.file = a.file and o.prefix_id = a.prefix_id and o.sequence = a.sequence
        from edp.overwrite o
        where (o.file, o.prefix_id, o.sequence) >= (a.file, a.prefix_id, a.sequence)
        order by o.file, o.prefix_id, o.sequence limit 1
      ) end as has_file
    from (
      select
        unnest(${uuidArrayOfHex(rows.map((row) => row.file))}::uuid[]) as file,
        unnest(${int8ArrayOfHex(rows.map((row) => row.moment))}::bigint[]) as moment,
        unnest(${int8ArrayOfHex(rows.map((row) => row.event))}::bigint[]) as event,
        unnest(${int8Array(rows.map((row) => row.prefixId))}::bigint[]) as prefix_id,
        unnest(${int4Array(rows.map((row) => row.sequence))}::integer[]) as sequence,
        unnest(${boolArray(rows.map((row) => row.eventCount === 0n))}::boolean[]) as is_empty
    ) as a
  `.execute(db);
  return answers.map(({ has_event, has_file }) => ({
    hasEvent: has_event ?? false,
    hasFile: has_file ?? false,
  }));
}
