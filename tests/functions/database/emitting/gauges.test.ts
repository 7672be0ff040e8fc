import { expect } from "chai";
import {
  noteAttempts,
  readGauges,
  storeEvents,
  takeUnpublished,
  wantLease,
} from "../../../../functions/database";
import { objectEvent } from "../../../support/object-events";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

const run = "8c6a4f3e-0000-4000-8000-000000000001";

describe("readGauges", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  it("counts what is open and what is not published, and how long the oldest waits", async () => {
    expect(await readGauges(test.db)).to.deep.equal({
      openPrefixes: 0,
      unpublishedBatches: 0,
      oldestUnpublishedSeconds: 0,
      ledgerRows: 0,
    });

    await test.setClock("timestamptz '2026-11-23 10:00:00Z'");
    const settings = { prefixDepth: 2, eventCount: 1 };
    await storeEvents(test.db, [objectEvent("a/b/x")], settings);
    await test.setClock("timestamptz '2026-11-23 10:00:30Z'");
    await storeEvents(test.db, [objectEvent("c/d/x")], settings);
    await storeEvents(test.db, [objectEvent("e/f/x")], { ...settings, eventCount: 5 });
    await test.query("analyze edp.ledger");
    await test.setClock("timestamptz '2026-11-23 10:01:00Z'");
    expect(await readGauges(test.db)).to.deep.equal({
      openPrefixes: 1,
      unpublishedBatches: 2,
      oldestUnpublishedSeconds: 60,
      ledgerRows: 3,
    });

    await wantLease(test.db, run);
    const batches = await takeUnpublished(test.db, 10);
    const lateness = await noteAttempts(
      test.db,
      run,
      batches.map(({ batchId }) => batchId),
      [],
    );
    expect(lateness.toSorted((a, b) => a - b)).to.deep.equal([30, 60]);
    expect(await readGauges(test.db)).to.include({ unpublishedBatches: 0, openPrefixes: 1 });
  });
});
