import { expect } from "chai";
import { sql } from "kysely";
import * as fs from "node:fs";
import * as path from "node:path";
import { testDatabase, type TestDatabase } from "../../../support/postgres";

describe("schema", () => {
  let test: TestDatabase;
  before(async () => (test = await testDatabase()));
  after(() => test.drop());

  it("has the tables and columns that the types name", async () => {
    const columns = await test.query(
      `select table_schema || '.' || table_name as table, column_name as column,
         is_nullable = 'YES' as nullable
       from information_schema.columns
       where table_schema = 'edp' and table_name not like 'kysely%'`,
    );
    const real = columns.map((row) => `${String(row["table"])}.${String(row["column"])}`);
    expect(typedColumns().map(({ name }) => name)).to.have.members(real);

    const nullable = columns
      .filter((row) => row["nullable"] === true)
      .map((row) => `${String(row["table"])}.${String(row["column"])}`);
    expect(
      typedColumns()
        .filter(({ type }) => /null|Nullable/.test(type))
        .map(({ name }) => name),
    ).to.have.members(nullable);
  });

  it("has names of ours for its constraints: what is not a key's or a null's", async () => {
    const rows = await test.query(
      `select conname as name from pg_constraint
       where connamespace = 'edp'::regnamespace and contype in ('c', 'u', 'f') order by name`,
    );
    expect(rows.map(({ name }) => name)).to.deep.equal([
      "attempts_count_up",
      "batch_has_content",
      "batch_is_closed_once",
      "held_seconds_count_up",
      "lease_has_an_end",
      "next_page_counts_up",
      "only_row_is_true",
      "open_batch_has_content",
      "prefix_is_there_once",
      "published_was_attempted",
      ...["sequence_begins_at_one", "sequence_begins_at_one"], // of a prefix, and of a closed batch
      "trigger_is_known",
      "wish_has_a_time",
    ]);
  });

  const forbidden: [string, string, string][] = [
    [
      "negative counts",
      `insert into edp.prefix (bucket, prefix, open, event_count) values ('b', 'p', false, -1)`,
      "open_batch_has_content",
    ],
    [
      "an open batch without content",
      `insert into edp.prefix (bucket, prefix, open) values ('b', 'p', true)`,
      "open_batch_has_content",
    ],
    [
      "a closed batch without content",
      `insert into edp.outbox select gen_random_uuid(), 1, 1, 'b', 'p', 'duration', false, 0, 0, 0,
         now(), now(), now(), now(), 0, now()`,
      "batch_has_content",
    ],
    [
      "an unknown trigger",
      `insert into edp.outbox select gen_random_uuid(), 1, 1, 'b', 'p', 'whim', false, 1, 1, 0,
         now(), now(), now(), now(), 0, now()`,
      "trigger_is_known",
    ],
    [
      "more files than events",
      `insert into edp.outbox select gen_random_uuid(), 1, 1, 'b', 'p', 'duration', false, 1, 2, 0,
         now(), now(), now(), now(), 0, now()`,
      "batch_has_content",
    ],
    [
      "a last event before the first",
      `insert into edp.outbox select gen_random_uuid(), 1, 1, 'b', 'p', 'duration', false, 1, 1, 0,
         now(), now() - interval '1 s', now(), now(), 0, now()`,
      "batch_has_content",
    ],
    [
      "a batch that was published without an attempt",
      `insert into edp.outbox select gen_random_uuid(), 1, 1, 'b', 'p', 'duration', false, 1, 1, 0,
         now(), now(), now(), now(), 0, now(), null, now()`,
      "published_was_attempted",
    ],
    [
      "two open batches of a prefix",
      `insert into edp.prefix (bucket, prefix) values ('b', 'twice'), ('b', 'twice')`,
      "prefix_is_there_once",
    ],
    [
      "a batch that is closed twice",
      `insert into edp.outbox select gen_random_uuid(), 1, 1, 'b', 'p', 'duration', false, 1, 1, 0,
         now(), now(), now(), now(), 0, now() from generate_series(1, 2)`,
      "batch_is_closed_once",
    ],
    [
      "an object event that is counted twice",
      `insert into edp.ledger select '00000000-0000-0000-0000-000000000000', 1, 1, 1, now()
       from generate_series(1, 2)`,
      "ledger_pkey",
    ],
    [
      "a lease without an end",
      `update edp.pipeline set lease_owner = gen_random_uuid()`,
      "lease_has_an_end",
    ],
    ["a second pipeline row", "insert into edp.pipeline default values", "pipeline_pkey"],
  ];
  for (const [name, statement, constraint] of forbidden) {
    it(`refuses ${name}`, async () => {
      const refused: unknown = await test.query(statement).catch((error: unknown) => error);
      expect(refused).to.have.property("constraint", constraint);
    });
  }
});

describe("runtime role", () => {
  let test: TestDatabase;
  before(async () => (test = await testDatabase()));
  after(() => test.drop());

  for (const [name, statement] of [
    ["change the content of a closed batch", "update edp.outbox set event_count = 1"],
    ["rename a batch", "update edp.outbox set batch_id = gen_random_uuid()"],
    ["move an object event to another batch", "update edp.ledger set sequence = 2"],
    ["move a file to another batch", "update edp.overwrite set sequence = 2"],
    ["name another table to prune", "update edp.pruning set pruned_table = 'outbox'"],
    ["forget who has the lease", "delete from edp.pipeline"],
  ] as const) {
    it(`cannot ${name}`, async () => {
      const refused: unknown = await sql
        .raw(statement)
        .execute(test.db)
        .catch((e: unknown) => e);
      expect(refused).to.have.property("code", "42501");
    });
  }
});

/** Read from the source: types are gone when a test runs. */
function typedColumns(): { name: string; type: string }[] {
  const file = path.resolve(__dirname, "../../../functions/database/schema.ts");
  const columns: { name: string; type: string }[] = [];
  let table = "";
  for (const line of fs.readFileSync(file, "utf8").split("\n")) {
    table = /^ {2}"(edp\.\w+)": \{/.exec(line)?.[1] ?? table;
    const [, column, type] = /^ {4}(\w+): (.+);/.exec(line) ?? [];
    if (column !== undefined) columns.push({ name: `${table}.${column}`, type: type! });
  }
  return columns;
}
