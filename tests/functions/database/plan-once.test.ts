import { expect } from "chai";
import { sql } from "kysely";
import { storeEvents, type Connection } from "../../../functions/database";
import { objectEvent } from "../../support/object-events";
import { connectionTo, testDatabase, type TestDatabase } from "../../../support/postgres";

describe("Connection that plans once", () => {
  let test: TestDatabase;
  let connection: Connection;
  before(async () => {
    test = await testDatabase();
    connection = await connectionTo(test, { planOnce: true });
  });
  after(async () => {
    connection.close();
    await test.drop();
  });

  it("prepares the statements of a batch, and never plans them again", async () => {
    const settings = { prefixDepth: 2, eventCount: 100 };
    for (let i = 0; i < 10; i++) {
      await connection.withSession((db) => storeEvents(db, [objectEvent(`a/b/${i}`)], settings));
    }
    const { rows } = await connection.withSession((db) =>
      sql`
        select generic_plans::int as generic, custom_plans::int as custom
        from pg_prepared_statements order by prepare_time
      `.execute(db),
    );
    // the look at prefixes; the prefix, which was missing once; the look at files; rows and sums
    expect(rows).to.deep.equal([
      { generic: 11, custom: 0 },
      { generic: 1, custom: 0 },
      { generic: 10, custom: 0 },
      { generic: 10, custom: 0 },
    ]);
  });

  it("plans by index, also while the tables are empty", async () => {
    const { rows } = await connection.withSession((db) =>
      sql<{ "QUERY PLAN": string }>`
        explain (costs off) select from edp.ledger where file = any(array[gen_random_uuid()])
      `.execute(db),
    );
    expect(rows.map((row) => row["QUERY PLAN"])[0]).to.equal(
      "Index Only Scan using ledger_pkey on ledger",
    );
  });
});
