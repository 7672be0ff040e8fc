import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { testDatabase, type TestDatabase } from "../../support/postgres";

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
      "outbox_trigger_check",
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
