import { sql } from "kysely";
import type { Db } from "./connection";

/** Heap pages (8 KiB) that one call looks at: about 60,000 rows, some tens of milliseconds. */
const pagesPerPiece = 500;
const outboxRowsPerPiece = 500;

/**
 * Forgets ledger rows that were stored more than `retentionDays` ago, one piece at a time.
 *
 * A day's pass walks the table once from its first page to its last. No index on the day: it would be
 * written at every insert for the sake of one pass a day, and a block range index stops being narrow
 * once freed space is used again. Returns whether the day's pass has more to do.
 */
export async function pruneLedgerPiece(
  db: Db,
  retentionDays: number,
): Promise<{ deleted: number; more: boolean }> {
  const { rows } = await sql<{ before: string; page: string; pages: string; fresh: boolean }>`
    select to_char(day.before, 'YYYY-MM-DD') as before,
      case when prune_before = day.before then prune_page else 0 end as page,
      pg_relation_size('edp.ledger') / current_setting('block_size')::bigint as pages
    from edp.pipeline,
      lateral (
        -- never back: what is forgotten stays forgotten when the retention is raised
        select greatest(
          prune_before,
          (edp.clock() at time zone 'utc')::date - ${retentionDays}::integer
        ) as before
      ) as day
  `.execute(db);
  const { before, page, pages } = rows[0]!;
  if (Number(page) >= Number(pages)) return { deleted: 0, more: false };

  const next = Number(page) + pagesPerPiece;
  const { numAffectedRows } = await sql`
    delete from edp.ledger
    where ctid >= ${`(${page},0)`}::tid and ctid < ${`(${next},0)`}::tid
      and stored_day < ${before}::date
  `.execute(db);
  await sql`
    update edp.pipeline set prune_before = ${before}::date, prune_page = ${next}
  `.execute(db);
  return { deleted: Number(numAffectedRows ?? 0), more: next < Number(pages) };
}

/**
 * The moment before which the ledger may have forgotten object events, whatever the retention is now:
 * one that was stored on a forgotten day can have happened on that day at the latest. Null: nothing yet.
 */
export async function forgottenBefore(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ before: Date | null }>`
    select prune_before::timestamp at time zone 'utc' as before from edp.pipeline
  `.execute(db);
  return rows[0]!.before;
}

/**
 * Forgets batches that were published more than `retentionDays` ago, oldest first: a batchId begins
 * with its time, so the primary key finds them. Returns how many went.
 */
export async function pruneOutboxPiece(db: Db, retentionDays: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with day as materialized (
      select edp.clock() - make_interval(days => ${retentionDays}::integer) as before
    )
    delete from edp.outbox where batch_id in (
      select batch_id from edp.outbox
      where batch_id < (
          select rpad(lpad(to_hex((extract(epoch from before) * 1000)::bigint), 12, '0'), 32, '0')::uuid
          from day
        )
        and published_at < (select before from day)
      order by batch_id limit ${outboxRowsPerPiece}
    )
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}
