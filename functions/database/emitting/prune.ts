import { sql } from "kysely";
import type { Db } from "../session/connection";

/** Heap pages (8 KiB) that one call looks at: about 60,000 rows, some tens of milliseconds. */
const pagesPerPiece = 500;
const outboxRowsPerPiece = 500;

/** What makes a row of each table old. Overwrites first: the file's row is needed to find them. */
const tables = {
  overwrite: sql`stored_day <`,
  ledger: sql`stored_day <`,
  prefix: sql`event_count = 0 and idle_since <`,
} as const;
type Pruned = keyof typeof tables;

interface Round {
  readonly table: Pruned;
  /** First page of the next piece. */
  readonly page: number;
  /** Days before this are forgotten. */
  readonly before: string;
  readonly pages: number;
}

/**
 * Forgets object events that were stored, and prefixes that have been idle, since more than
 * `retentionDays` ago, one piece of one table at a time. A prefix that comes back after that is a new
 * one, whose batches are numbered from one.
 *
 * A round walks a table from its first page to its last, over several days if it has to, each piece with
 * the day that it is; the next one begins on another day. No index on the day: it would be written at
 * every insert for the sake of one round a day, and a block range index stops being narrow once freed
 * space is used again. Returns whether there is more to do.
 */
export async function prunePiece(
  db: Db,
  retentionDays: number,
): Promise<{ deleted: number; more: boolean }> {
  const round = await nextRound(db, retentionDays);
  if (!round) return { deleted: 0, more: false };
  const { table, page, before, pages } = round;
  const name = sql.table(`edp.${table}`);
  const next = page + pagesPerPiece;
  // One statement: what is deleted has been noted as forgotten. Rows that an ingest has locked are its
  // own to decide about, and waiting for them in another order than its own would be a deadlock.
  const { rows } = await sql<{ deleted: string }>`
    with noted as (
      update edp.pipeline set forgotten_before = greatest(forgotten_before, ${before}::date)
    ),
    walked as (
      update edp.pruning set
        round_before = case when ${page} = 0 then ${before}::date else round_before end,
        next_page = ${next < pages ? next : null}::bigint
      where pruned_table = ${table}
    ),
    forgotten as (
      delete from ${name} where ctid = any (array(
        select ctid from ${name}
        where ctid >= ${`(${page},0)`}::tid and ctid < ${`(${next},0)`}::tid
          and ${tables[table]} ${before}::date
        ${table === "overwrite" ? sql`` : sql`for update skip locked`}
      ))
      returning true
    )
    select count(*) as deleted from forgotten
  `.execute(db);
  return { deleted: Number(rows[0]!.deleted), more: true };
}

/** Where to go on; undefined: every table's round of the day is over. */
async function nextRound(db: Db, retentionDays: number): Promise<Round | undefined> {
  const { rows } = await sql<{ table: Pruned; page: string; before: string; pages: string }>`
    select pruned_table as table, coalesce(next_page, 0) as page,
      to_char(before, 'YYYY-MM-DD') as before,
      pg_relation_size(('edp.' || pruned_table)::regclass)
        / current_setting('block_size')::bigint as pages
    from edp.pruning, edp.pipeline, lateral (
      -- never back: what is forgotten stays forgotten when the retention is raised
      select greatest(
        forgotten_before,
        (edp.clock() at time zone 'utc')::date - ${retentionDays}::integer
      ) as before
    ) as day
    where next_page is not null or round_before is null or round_before < before
  `.execute(db);
  const byTable = new Map(rows.map((row) => [row.table, row]));
  for (const table of Object.keys(tables) as Pruned[]) {
    const row = byTable.get(table);
    if (row) return { ...row, page: Number(row.page), pages: Number(row.pages) };
  }
  return undefined;
}

/**
 * The moment before which the ledger may have forgotten object events, whatever the retention is now:
 * one that was stored on a forgotten day can have happened on that day at the latest. Null: nothing yet.
 */
export async function forgottenBefore(db: Db): Promise<Date | null> {
  const { before } = await db
    .selectFrom("edp.pipeline")
    .select(sql<Date | null>`forgotten_before::timestamp at time zone 'utc'`.as("before"))
    .executeTakeFirstOrThrow();
  return before;
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
    delete from edp.outbox where batch_id = any (array(
      select batch_id from edp.outbox
      where batch_id < (
          select rpad(lpad(to_hex((extract(epoch from before) * 1000)::bigint), 12, '0'), 32, '0')::uuid
          from day
        )
        and published_at < (select before from day)
      order by batch_id limit ${outboxRowsPerPiece}
    ))
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}
