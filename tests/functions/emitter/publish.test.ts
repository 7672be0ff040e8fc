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
/** A failed call, as the AWS SDK says it. */
const failure = (name: string, httpStatusCode: number) =>
  Object.assign(new Error("said so"), { name, $metadata: { httpStatusCode } });
const publishAll = (all: Batch[], putEvents: PutEvents, remaining = () => 100_000) =>
  publish(all, "aws", { putEvents, remaining });
/** Fails calls that have one of these entries in them, and counts all calls. */
const refusing = (error: Error, ...indexes: number[]) => {
  const ids = indexes.map((index) => `batch-${index}`);
  const sizes: number[] = [];
  const putEvents: PutEvents = (entries) => {
    sizes.push(entries.length);
    return entries.some((entry) => ids.includes(idOf(entry)))
      ? Promise.reject(error)
      : Promise.resolve(entries.map(accepted));
  };
  return { putEvents, sizes };
};
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

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
    const result = await publishAll(batches(95), putEvents);

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
    const result = await publishAll(batches(10), putEvents);

    expect(result.failed).to.deep.equal(
      [2, 5, 9].map((i) => ({ batchId: `batch-${i}`, error: "Throttled: slow down" })),
    );
    expect(result.published).to.deep.equal([0, 1, 3, 4, 6, 7, 8].map((i) => `batch-${i}`));
  });

  it("takes a missing answer as a failure", async () => {
    const result = await publishAll(batches(2), () => Promise.resolve([accepted()]));
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
    const result = await publishAll(batches(5), () => Promise.resolve(answers));

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
    const result = await publishAll(batches(2), () => Promise.resolve(answers));
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
      const result = await publishAll(batches(1), () => Promise.resolve(answer));
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
      [Object.assign(new Error("x"), { $metadata: { httpStatusCode: Symbol("4") } }), "Error: x"],
      [Object.assign(new Error("x"), { $metadata: null }), "Error: x"],
    ];
    for (const [thrown, error] of cases) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
      const result = await publishAll(batches(2), () => Promise.reject(thrown));
      expect(result).to.deep.equal({
        published: [],
        failed: ["batch-0", "batch-1"].map((batchId) => ({ batchId, error })),
      });
    }
  });

  const refusals: [name: string, status: number][] = [
    ["AccessDeniedException", 400],
    ["ValidationException", 400],
    ["SerializationException", 400],
    ["SyntaxError", 413], // an answer that is no JSON, such as a proxy's
  ];
  for (const [name, status] of refusals) {
    it(`sends entries one by one when a call is refused with ${status} ${name}, so that one does not block the others`, async () => {
      const { putEvents, sizes } = refusing(failure(name, status), 3);
      const result = await publishAll(batches(25), putEvents);

      expect(result.failed).to.deep.equal([{ batchId: "batch-3", error: `${name}: said so` }]);
      expect(result.published).to.have.lengthOf(24);
      expect(sizes).to.deep.equal([10, 10, 5, ...range(10).map(() => 1)]);
    });
  }

  const failures: [name: string, status: number | undefined][] = [
    ["InternalException", 500],
    ["SyntaxError", 503],
    ["ThrottlingException", 400],
    ["RequestLimitExceeded", 400],
    ["TooManyRequestsException", 400],
    ["SyntaxError", 429],
    ["RequestTimeout", 408],
    ["AbortError", undefined],
  ];
  for (const [name, status] of failures) {
    it(`fails the ten of a call that failed with ${status ?? "no answer"}, ${name}, and no others`, async () => {
      const error = status === undefined ? new Error("said so") : failure(name, status);
      error.name = name;
      const { putEvents, sizes } = refusing(error, 13);
      const result = await publishAll(batches(25), putEvents);

      expect(result.failed).to.deep.equal(
        range(10).map((i) => ({ batchId: `batch-${10 + i}`, error: `${name}: said so` })),
      );
      expect(result.published).to.have.lengthOf(15);
      expect(sizes).to.deep.equal([10, 10, 5]);
    });
  }

  it("sends entries one by one when a call is denied, as long as single ones are not", async () => {
    const sizes: number[] = [];
    const result = await publishAll(batches(25), (entries) => {
      sizes.push(entries.length);
      return entries.length > 1
        ? Promise.reject(failure("AccessDeniedException", 400))
        : Promise.resolve(entries.map(accepted));
    });

    expect(result.failed).to.deep.equal([]);
    expect(result.published).to.have.members(batches(25).map(({ batchId }) => batchId));
    expect(sizes).to.deep.equal([10, 10, 5, ...range(25).map(() => 1)]);
  });

  it("tries two of each ten alone, and no more, when everything is denied", async () => {
    const { putEvents, sizes } = refusing(failure("AccessDeniedException", 400), ...range(80));
    const result = await publishAll(batches(80), putEvents);

    expect(result.published).to.deep.equal([]);
    expect(result.failed).to.have.deep.members(
      range(80).map((i) => ({ batchId: `batch-${i}`, error: "AccessDeniedException: said so" })),
    );
    expect(sizes.filter((size) => size === 10)).to.have.lengthOf(8);
    expect(sizes.filter((size) => size === 1)).to.have.lengthOf(16);
  });

  it("sends a call of one once", async () => {
    const { putEvents, sizes } = refusing(failure("AccessDeniedException", 400), 0);
    expect(await publishAll(batches(1), putEvents)).to.deep.equal({
      published: [],
      failed: [{ batchId: "batch-0", error: "AccessDeniedException: said so" }],
    });
    expect(sizes).to.deep.equal([1]);
  });

  it("gives up a refused call whose entries fail in another way, too", async () => {
    const sizes: number[] = [];
    const result = await publishAll(batches(10), (entries) => {
      sizes.push(entries.length);
      const isWhole = entries.length > 1;
      return Promise.reject(
        isWhole ? failure("AccessDeniedException", 400) : failure("ThrottlingException", 400),
      );
    });

    expect(sizes).to.deep.equal([10, 1, 1]);
    expect(result.failed).to.have.deep.members(
      range(10).map((i) => ({
        batchId: `batch-${i}`,
        error: `${i < 2 ? "Throttling" : "AccessDenied"}Exception: said so`,
      })),
    );
  });

  it("begins with another entry from one time to the next, so that even one among nine gets through", async () => {
    const error = failure("AccessDeniedException", 400);
    const published = [];
    for (const remaining of range(10).map((ms) => 100_000 - ms)) {
      const { putEvents } = refusing(error, ...range(10).filter((i) => i !== 6));
      const result = await publishAll(batches(10), putEvents, () => remaining);
      expect(result.failed.length + result.published.length).to.equal(10);
      published.push(...result.published);
    }
    expect(published).to.deep.equal(["batch-6", "batch-6"]);
  });

  it("tries no entry alone later than five seconds after it began", async () => {
    let remaining = 100_000;
    const { putEvents, sizes } = refusing(failure("ValidationException", 400), 9);
    const slowly: PutEvents = (entries) => {
      remaining -= 1_700;
      return putEvents(entries);
    };
    const result = await publishAll(batches(10), slowly, () => remaining);

    expect(sizes).to.deep.equal([10, 1, 1]);
    expect(result.published).to.deep.equal(["batch-0", "batch-1"]);
    expect(result.failed).to.deep.equal(
      range(8).map((i) => ({ batchId: `batch-${2 + i}`, error: "ValidationException: said so" })),
    );
  });

  it("fails alone what cannot be made an entry", async () => {
    const all = batches(3);
    all[1] = { ...all[1]!, firstEventTime: new Date(NaN) };
    expect(
      await publishAll(all, (entries) => Promise.resolve(entries.map(accepted))),
    ).to.deep.equal({
      published: ["batch-0", "batch-2"],
      failed: [{ batchId: "batch-1", error: "RangeError: Invalid time value" }],
    });
  });
});
