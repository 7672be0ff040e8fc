import type { TestDatabase } from "../../support/postgres";

/** Throws unless every object event is counted once: in the ledger, and in an open or closed batch. */
export async function checkExact(
  what: string,
  database: TestDatabase,
  sent: number,
  before = 0,
): Promise<void> {
  const [row] = await database.query(`
    select ((select count(*) from edp.ledger) + (select count(*) from edp.overwrite))::int as ledger,
      (select coalesce(sum(event_count), 0) from edp.prefix)::int +
      (select coalesce(sum(event_count), 0) from edp.outbox)::int as counted
  `);
  check(`${what}, ledger rows`, Number(row!["ledger"]), before + sent);
  check(`${what}, object events in batches`, Number(row!["counted"]), sent);
}

/** Throws unless a query that returns one `count` gives this number. */
export async function checkCount(
  what: string,
  database: TestDatabase,
  query: string,
  expected: number,
): Promise<void> {
  const [row] = await database.query(query);
  check(what, Number(row!["count"]), expected);
}

function check(what: string, value: number, expected: number): void {
  if (value !== expected) throw new Error(`${what}: ${value} instead of ${expected}`);
}
