import { randomUUID } from "node:crypto";
import { expect } from "chai";
import {
  noteAttempts,
  pendingWork,
  pruneOutboxPiece,
  storeEvents,
  takeUnpublished,
  wantLease,
} from "../../../../functions/database";
import { objectEvent, testBucket } from "../../../support/object-events";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

describe("outbox", () => {
  let test: TestDatabase;
  const run = randomUUID();
  beforeEach(async () => {
    test = await testDatabase();
    await at(0);
    await wantLease(test.db, run);
  });
  afterEach(() => test.drop());

  const at = (second: number) =>
    test.setClock(`timestamptz '2026-11-23 10:00:00Z' + interval '${second} s'`);
  /** Closed batches, one a prefix. */
  const close = (...prefixes: string[]) =>
    storeEvents(
      test.db,
      prefixes.map((prefix) => objectEvent(`${prefix}x`, randomUUID())),
      { prefixDepth: 2, eventCount: 1 },
    );
  const take = async (limit = 100) => takeUnpublished(test.db, limit);

  it("gives the batches that wait, with all that is announced", async () => {
    await close("a/b/");
    const [batch, ...others] = await take();

    expect(others).to.deep.equal([]);
    expect(batch).to.deep.equal({
      batchId: batch!.batchId,
      bucket: testBucket,
      prefix: "a/b/",
      sequence: 1,
      trigger: "event-count",
      held: false,
      fileCount: 1,
      eventCount: 1,
      totalBytes: 10,
      firstEventTime: new Date("2026-11-23T10:15:30Z"),
      lastEventTime: new Date("2026-11-23T10:15:30Z"),
      closedAt: new Date("2026-11-23T10:00:00Z"),
    });
    expect(await take()).to.deep.equal([batch]);
  });

  it("gives those that wait longest first, and no more than asked for", async () => {
    await close("c/d/");
    await at(1);
    await close("a/b/");
    await close("b/c/");
    expect((await take(2)).map(({ prefix }) => prefix)[0]).to.equal("c/d/");
    expect(await take(2)).to.have.lengthOf(2);
  });

  it("does not give a published batch again", async () => {
    await close("a/b/");
    const [batch] = await take();
    await noteAttempts(test.db, run, [batch!.batchId], []);

    expect(await take()).to.deep.equal([]);
    expect(
      await test.query("select attempts, last_error, published_at from edp.outbox"),
    ).to.deep.equal([
      { attempts: 1, last_error: null, published_at: new Date("2026-11-23T10:00:00Z") },
    ]);
  });

  it("backs off from a failed batch, up to a minute, and never gives up", async () => {
    await close("a/b/");
    const [batch] = await take();
    const pauses: number[] = [];
    let now = 0;
    for (let attempt = 0; attempt < 9; attempt++) {
      await noteAttempts(test.db, run, [], [{ batchId: batch!.batchId, error: "Throttled" }]);
      const [row] = await test.query("select next_attempt_at, last_error from edp.outbox");
      expect(row!["last_error"]).to.equal("Throttled");
      const next =
        ((row!["next_attempt_at"] as Date).getTime() - Date.parse("2026-11-23T10:00:00Z")) / 1000;
      pauses.push(next - now);
      await at(next - 0.001);
      expect(await take()).to.deep.equal([]);
      await at(next);
      expect(await take()).to.have.lengthOf(1);
      now = next;
    }
    expect(pauses).to.deep.equal([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it("notes nothing for a run without the lease", async () => {
    await close("a/b/", "c/d/");
    const [first, second] = await take();
    await noteAttempts(
      test.db,
      randomUUID(),
      [first!.batchId],
      [{ batchId: second!.batchId, error: "x" }],
    );
    expect(await take()).to.have.lengthOf(2);
  });

  it("does not let a late failure undo what was published", async () => {
    await close("a/b/");
    const [batch] = await take();
    await noteAttempts(test.db, run, [batch!.batchId], []);
    await noteAttempts(test.db, run, [], [{ batchId: batch!.batchId, error: "late" }]);
    expect(
      await test.query("select published_at is null as waiting from edp.outbox"),
    ).to.deep.equal([{ waiting: false }]);
  });

  it("freezes content: the runtime role cannot change it", async () => {
    await close("a/b/");
    const change = test.db.updateTable("edp.outbox").set({ event_count: 7 }).execute();
    const refused: unknown = await change.catch((error: unknown) => error);
    expect(refused).to.have.property("message", "permission denied for table outbox");
  });

  it("knows what is left to do", async () => {
    expect(await pendingWork(test.db)).to.deep.equal({ openPrefixes: false, unpublished: false });
    await close("a/b/");
    expect(await pendingWork(test.db)).to.deep.equal({ openPrefixes: false, unpublished: true });
    await noteAttempts(test.db, run, [(await take())[0]!.batchId], []);
    await storeEvents(test.db, [objectEvent("a/b/y")], { prefixDepth: 2, eventCount: 20 });
    expect(await pendingWork(test.db)).to.deep.equal({ openPrefixes: true, unpublished: false });
  });

  it("is pruned only of published batches", async () => {
    await close("a/b/", "c/d/", "e/f/");
    const [first, second] = await take();
    await noteAttempts(test.db, run, [first!.batchId], []);
    await at(86_400);
    await noteAttempts(test.db, run, [second!.batchId], []);

    await at(30 * 86_400);
    expect(await pruneOutboxPiece(test.db, 30)).to.equal(0);
    await at(30 * 86_400 + 1);
    expect(await pruneOutboxPiece(test.db, 30)).to.equal(1);
    await at(31 * 86_400 + 1);
    expect(await pruneOutboxPiece(test.db, 30)).to.equal(1);
    expect(await take()).to.have.lengthOf(1);
  });
});
