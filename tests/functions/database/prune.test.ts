import { expect } from "chai";
import { forgottenBefore, pruneLedgerPiece, storeEvents } from "../../../functions/database";
import { objectEvent } from "../../support/object-events";
import { testDatabase, type TestDatabase } from "../../support/postgres";

describe("pruneLedgerPiece", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  const onDay = (day: number) =>
    test.setClock(`timestamptz '2026-11-01 12:00:00Z' + interval '${day} days'`);
  const store = (from: number, to: number) =>
    storeEvents(
      test.db,
      Array.from({ length: to - from }, (_, i) => objectEvent(`a/b/${from + i}`)),
      { prefixDepth: 2, eventCount: 1_000_000 },
    );
  const rows = async () =>
    (await test.query("select count(*)::int as rows from edp.ledger"))[0]!["rows"];

  it("forgets what was stored more than the retention ago", async () => {
    await onDay(0);
    await store(0, 10);
    await onDay(1);
    await store(10, 30);

    await onDay(30);
    expect(await pruneLedgerPiece(test.db, 30)).to.deep.equal({ deleted: 0, more: false });
    await onDay(31);
    expect(await pruneLedgerPiece(test.db, 30)).to.deep.equal({ deleted: 10, more: false });
    expect(await rows()).to.equal(20);
    await onDay(32);
    expect(await pruneLedgerPiece(test.db, 30)).to.deep.equal({ deleted: 20, more: false });
  });

  it("remembers the events it keeps, and counts the forgotten ones anew", async () => {
    await onDay(0);
    await store(0, 10);
    await onDay(30);
    await pruneLedgerPiece(test.db, 30);
    expect(await store(0, 10)).to.include({ stored: 0 });
    await onDay(31);
    await pruneLedgerPiece(test.db, 30);
    expect(await store(0, 10)).to.include({ stored: 10 });
  });

  it("never takes back what it has forgotten when the retention is raised", async () => {
    await onDay(0);
    await store(0, 10);
    expect(await forgottenBefore(test.db)).to.equal(null);
    await onDay(22);
    expect(await pruneLedgerPiece(test.db, 20)).to.deep.equal({ deleted: 10, more: false });
    expect(await forgottenBefore(test.db)).to.deep.equal(new Date("2026-11-03T00:00:00Z"));

    await store(10, 20);
    await pruneLedgerPiece(test.db, 30);
    expect(await forgottenBefore(test.db)).to.deep.equal(new Date("2026-11-03T00:00:00Z"));
    await onDay(33);
    await pruneLedgerPiece(test.db, 30);
    expect(await forgottenBefore(test.db)).to.deep.equal(new Date("2026-11-04T00:00:00Z"));
  });

  it("goes through a large table in pieces, once a day", async () => {
    await test.query(
      `insert into edp.ledger
       select gen_random_uuid(), n, 1, 1, date '2026-11-01' + (n / 60000)::int
       from generate_series(0, 119999) n`,
    );
    await onDay(31);
    const pieces: number[] = [];
    for (;;) {
      const { deleted, more } = await pruneLedgerPiece(test.db, 30);
      pieces.push(deleted);
      if (!more) break;
    }
    expect(pieces).to.have.lengthOf(2);
    expect(pieces.reduce((sum, deleted) => sum + deleted, 0)).to.equal(60_000);
    expect(await rows()).to.equal(60_000);
    expect(await pruneLedgerPiece(test.db, 30)).to.deep.equal({ deleted: 0, more: false });
  });

  it("does so without reading the rest of the table", async () => {
    await test.query("insert into edp.ledger values (gen_random_uuid(), 1, 1, 1, '2026-11-01')");
    const plan = await test.query(
      `explain delete from edp.ledger
       where ctid >= '(0,0)' and ctid < '(500,0)' and stored_day < '2026-11-01'`,
    );
    expect(JSON.stringify(plan)).to.contain("Tid Range Scan on ledger");
  });
});
