import { sql } from "kysely";
import type { Db } from "../session/connection";

/** Open prefixes that one call looks at: some milliseconds. */
const prefixesPerPiece = 5_000;

/**
 * Looks for open prefixes that have reached the count, one piece of them after the other, from the oldest
 * to the youngest and over again: each call goes on where the last one was, whoever made it. Returns
 * their ids. Ingest closes these itself: one that is open has been left by a count that was higher. No
 * index on the count, which every event moves.
 */
export async function findFull(db: Db, eventCount: number): Promise<string[]> {
  const { rows } = await sql<{ prefix_id: string }>`
    with piece as materialized (
      select prefix_id, first_stored_at, event_count from edp.prefix
      where open and (first_stored_at, prefix_id) > (
        (select walked_to_age from edp.pipeline), (select walked_to_prefix from edp.pipeline)
      )
      order by first_stored_at, prefix_id limit ${prefixesPerPiece}
    ),
    last as materialized (
      select first_stored_at, prefix_id from piece offset ${prefixesPerPiece - 1}
    ),
    walked as (
      update edp.pipeline set
        walked_to_age = coalesce((select first_stored_at from last), '-infinity'),
        walked_to_prefix = coalesce((select prefix_id from last), 0)
    )
    select prefix_id from piece where event_count >= ${eventCount}::bigint
  `.execute(db);
  return rows.map(({ prefix_id }) => prefix_id);
}
