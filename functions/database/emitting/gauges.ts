import { sql } from "kysely";
import type { Db } from "../session/connection";

/** What there is at this moment, for metrics. */
export interface Gauges {
  readonly openPrefixes: number;
  readonly unpublishedBatches: number;
  /** Seconds since the oldest of these was closed; 0 when there is none. */
  readonly oldestUnpublishedSeconds: number;
  /** PostgreSQL's own estimate, of its last vacuum or analyze: counting would read the whole table. */
  readonly ledgerRows: number;
}

/** Reads them by the partial indexes: milliseconds with ten thousand open prefixes. */
export async function readGauges(db: Db): Promise<Gauges> {
  const { rows } = await sql<{ open: string; unpublished: string; age: number; ledger: number }>`
    select
      (
        select count(*)
        from (select from edp.prefix where open order by quiet_since offset 0) as open_prefix
      ) as open,
      (select count(*) from edp.outbox where published_at is null) as unpublished,
      coalesce(
        (select extract(epoch from edp.clock() - min(closed_at)) from edp.outbox
          where published_at is null),
        0
      )::double precision as age,
      (
        select sum(greatest(reltuples, 0)) from pg_class
        where oid in ('edp.ledger'::regclass, 'edp.overwrite'::regclass)
      ) as ledger
  `.execute(db);
  const { open, unpublished, age, ledger } = rows[0]!;
  return {
    openPrefixes: Number(open),
    unpublishedBatches: Number(unpublished),
    oldestUnpublishedSeconds: age,
    ledgerRows: ledger,
  };
}
