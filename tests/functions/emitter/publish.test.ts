import { expect } from "chai";
import type { Announcement, Batch } from "../../../functions/contract";
import { publish, type PutEvents } from "../../../functions/emitter/publish";

const batches = (count: number): Batch[] =>
  Array.from({ length: count }, (_, i) => ({
    batchId: `batch-${i}`,
    bucket: "b",
    prefix: `p/${i}/`,
    sequence: 1,
    trigger: "duration",
    held: false,
    fileCount: 1,
    eventCount: 1,
    totalBytes: 1,
    firstEventTime: new Date(0),
    lastEventTime: new Date(0),
    closedAt: new Date(0),
  }));
const idOf = (entry: Announcement) => (JSON.parse(entry.Detail) as { batchId: string }).batchId;
const named = (name: string) => Object.assign(new Error("said so"), { name });

describe("publish", () => {
  it("sends ten entries a call, eight calls at once", async () => {
    const sizes: number[] = [];
    let underWay = 0;
    let most = 0;
    const putEvents: PutEvents = async (entries) => {
      sizes.push(entries.length);
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return entries.map(() => ({}));
    };
    const result = await publish(batches(95), "aws", putEvents);

    expect(sizes).to.deep.equal([10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
    expect(most).to.equal(8);
    expect(result.published).to.have.members(batches(95).map(({ batchId }) => batchId));
    expect(result.failed).to.deep.equal([]);
  });

  it("tells failed entries from published ones by their place", async () => {
    const putEvents: PutEvents = (entries) =>
      Promise.resolve(
        entries.map((_, i) =>
          [2, 5, 9].includes(i) ? { ErrorCode: "Throttled", ErrorMessage: "slow down" } : {},
        ),
      );
    const result = await publish(batches(10), "aws", putEvents);

    expect(result.failed).to.deep.equal(
      [2, 5, 9].map((i) => ({ batchId: `batch-${i}`, error: "Throttled: slow down" })),
    );
    expect(result.published).to.deep.equal([0, 1, 3, 4, 6, 7, 8].map((i) => `batch-${i}`));
  });

  it("takes a missing answer as a failure", async () => {
    const result = await publish(batches(2), "aws", () => Promise.resolve([{}]));
    expect(result).to.deep.equal({
      published: ["batch-0"],
      failed: [{ batchId: "batch-1", error: "no answer for this entry" }],
    });
  });

  it("fails the ten of a failed call, and no others", async () => {
    const putEvents: PutEvents = (entries) =>
      entries.some((entry) => idOf(entry) === "batch-13")
        ? Promise.reject(named("InternalException"))
        : Promise.resolve(entries.map(() => ({})));
    const result = await publish(batches(25), "aws", putEvents);

    expect(result.failed.map(({ batchId }) => batchId)).to.deep.equal(
      Array.from({ length: 10 }, (_, i) => `batch-${10 + i}`),
    );
    expect(result.failed[0]!.error).to.equal("InternalException: said so");
    expect(result.published).to.have.lengthOf(15);
  });

  it("sends entries one by one when a call is refused, so that one does not block the others", async () => {
    const putEvents: PutEvents = (entries) =>
      entries.some((entry) => idOf(entry) === "batch-3")
        ? Promise.reject(named("ValidationException"))
        : Promise.resolve(entries.map(() => ({})));
    const result = await publish(batches(10), "aws", putEvents);

    expect(result.failed).to.deep.equal([
      { batchId: "batch-3", error: "ValidationException: said so" },
    ]);
    expect(result.published).to.have.lengthOf(9);
  });
});
