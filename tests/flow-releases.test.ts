// What the whole stack does when a newer release is deployed, and when it is taken back.
import { expect } from "chai";
import { startTestStack, type TestStack } from "../support/local-stack";

describe("flow, a newer release and back", function () {
  this.timeout(60_000); // a stack, or a process, starts
  let test: TestStack;
  /** What the program asks the migration for. */
  let request: unknown;
  before(async () => {
    test = await startTestStack(
      { bucketThresholdEventCount: "2" },
      {
        transform: (type, _name, inputs) => {
          if (type === "aws:lambda/invocation:Invocation") {
            request = JSON.parse(String(inputs["input"]));
          }
          return inputs;
        },
      },
    );
  });
  after(() => test.stop());

  const query = (text: string) => test.stack.database.query(text, [], "edp");

  it("goes on in warm containers when a newer release expands the schema", async () => {
    test.upload("lab/run-1/a.txt", "lab/run-1/b.txt");
    await test.announcement("lab/run-1/", 1);

    await query("alter table edp.prefix alter event_count type numeric");
    await query("alter table edp.outbox add column note text");
    await query("insert into edp.kysely_migration values ('9901_newer', now()::text)");
    test.upload("lab/run-1/c.txt", "lab/run-1/d.txt");
    expect((await test.announcement("lab/run-1/", 2)).detail).to.include({ eventCount: 2 });
  });

  it("lets the release before be deployed again, and says what it found", async () => {
    const migration = test.stack.lambda("edp-monitor-migration");
    expect(await migration.invoke(request)).to.deep.equal({
      migrations: [],
      newerMigrations: ["9901_newer"],
    });
    const said = test.logs.filter(({ text }) => text.includes("database is ahead"));
    expect(said.map(({ text }) => JSON.parse(text) as unknown)).to.have.nested.property(
      "[0].newerMigrations[0]",
      "9901_newer",
    );

    test.upload("lab/run-1/e.txt", "lab/run-1/f.txt");
    expect((await test.announcement("lab/run-1/", 3)).detail).to.include({ eventCount: 2 });
  });

  it("refuses a release whose migrations are others, and says which", async () => {
    await query("delete from edp.kysely_migration where name <> '9901_newer'");
    const refused: unknown = await test.stack
      .lambda("edp-monitor-migration")
      .invoke(request)
      .catch((error: unknown) => error);
    expect(String(refused)).to.match(
      /this version's migrations and the database's have split: the database has 9901_newer, unknown/,
    );
  });
});
