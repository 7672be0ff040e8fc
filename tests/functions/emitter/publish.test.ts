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
const accepted = () => ({ EventId: "11710aed-b79e-4468-a20b-bb3c0c3b4860" });
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
      return entries.map(accepted);
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
          [2, 5, 9].includes(i)
            ? { ErrorCode: "Throttled", ErrorMessage: "slow down" }
            : accepted(),
        ),
      );
    const result = await publish(batches(10), "aws", putEvents);

    expect(result.failed).to.deep.equal(
      [2, 5, 9].map((i) => ({ batchId: `batch-${i}`, error: "Throttled: slow down" })),
    );
    expect(result.published).to.deep.equal([0, 1, 3, 4, 6, 7, 8].map((i) => `batch-${i}`));
  });

  it("takes a missing answer as a failure", async () => {
    const result = await publish(batches(2), "aws", () => Promise.resolve([accepted()]));
    expect(result).to.deep.equal({
      published: ["batch-0"],
      failed: [{ batchId: "batch-1", error: "no answer for this entry" }],
    });
  });

  it("takes an entry for published that has an id, and nothing else", async () => {
    const answers = [
      { EventId: "1" },
      {},
      { EventId: "" },
      null,
      { EventId: "2", ErrorCode: "No" },
    ];
    const result = await publish(batches(5), "aws", () => Promise.resolve(answers));

    const without = "neither EventId nor ErrorCode in the answer";
    expect(result).to.deep.equal({
      published: ["batch-0"],
      failed: [
        { batchId: "batch-1", error: `${without} {}` },
        { batchId: "batch-2", error: `${without} {"EventId":""}` },
        { batchId: "batch-3", error: `${without} null` },
        { batchId: "batch-4", error: "No: " },
      ],
    });
  });

  it("takes no notice of answers for entries that it has not sent", async () => {
    const answers = [accepted(), { ErrorCode: "No" }, accepted(), { ErrorCode: "No" }];
    const result = await publish(batches(2), "aws", () => Promise.resolve(answers));
    expect(result).to.deep.equal({
      published: ["batch-0"],
      failed: [{ batchId: "batch-1", error: "No: " }],
    });
  });

  const noLists: [unknown, string][] = [
    [undefined, "undefined"],
    [null, "null"],
    ["text", '"text"'],
    [7, "7"],
    [{}, "{}"],
    [{ 0: accepted(), length: 1 }, `{"0":${JSON.stringify(accepted())},"length":1}`],
  ];
  for (const [answer, shown] of noLists) {
    it(`fails a call that was answered ${shown}`, async () => {
      const result = await publish(batches(1), "aws", () => Promise.resolve(answer));
      const error = `Error: PutEvents answered ${shown}, which is no list of entries`;
      expect(result).to.deep.equal({ published: [], failed: [{ batchId: "batch-0", error }] });
    });
  }

  it("says why in a text that can be stored, whatever was thrown", async () => {
    const cases: [unknown, string][] = [
      [new Error("a\0b\ud800"), "Error: a\ufffdb\ufffd"],
      [new Error("x".repeat(900)), `Error: ${"x".repeat(493)}`],
      [new Error(`${"x".repeat(492)}😀`), `Error: ${"x".repeat(492)}`],
      ["text", "text"],
      [undefined, "undefined"],
      [Object.create(null), "{}"],
      [{ toString: null, code: "\0" }, '{"toString":null,"code":"\\u0000"}'],
      [Object.assign(new Error("x"), { toString: null }), "an error that cannot be read"],
    ];
    for (const [thrown, error] of cases) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
      const result = await publish(batches(2), "aws", () => Promise.reject(thrown));
      expect(result).to.deep.equal({
        published: [],
        failed: ["batch-0", "batch-1"].map((batchId) => ({ batchId, error })),
      });
    }
  });

  it("fails the ten of a failed call, and no others", async () => {
    const putEvents: PutEvents = (entries) =>
      entries.some((entry) => idOf(entry) === "batch-13")
        ? Promise.reject(named("InternalException"))
        : Promise.resolve(entries.map(accepted));
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
        : Promise.resolve(entries.map(accepted));
    const result = await publish(batches(10), "aws", putEvents);

    expect(result.failed).to.deep.equal([
      { batchId: "batch-3", error: "ValidationException: said so" },
    ]);
    expect(result.published).to.have.lengthOf(9);
  });
});
