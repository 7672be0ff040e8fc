import { expect } from "chai";
import type { LocalFunction } from "../../local/lambda/function";
import { EventSourceMapping, type MappingSpec } from "../../local/queue/event-source-mapping";
import type { LocalQueue, QueueRecord } from "../../local/queue/queue";
import { bodiesOf, queueOf } from "../support/queues";
import { waitFor } from "../../support/wait-for";

describe("event source mapping", () => {
  const mappings: EventSourceMapping[] = [];
  afterEach(() => Promise.all(mappings.splice(0).map((mapping) => mapping.stop())));

  interface Batch {
    readonly records: QueueRecord[];
    readonly answer: (response: unknown) => void;
    readonly fail: (error: Error) => void;
  }
  /** A mapping to a function whose invocations the test answers. */
  function map(queue: LocalQueue, fields: Partial<MappingSpec> = {}) {
    const batches: Batch[] = [];
    const errors: string[] = [];
    const target = {
      invoke: (event: { Records: QueueRecord[] }) =>
        new Promise((answer, fail) => batches.push({ records: event.Records, answer, fail })),
    } as unknown as LocalFunction;
    const mapping = new EventSourceMapping(
      queue,
      target,
      {
        batchSize: 10,
        windowSeconds: 0,
        maximumConcurrency: 2,
        reportsFailures: true,
        ...fields,
      },
      (error) => errors.push(String(error)),
    );
    mappings.push(mapping);
    mapping.start();
    const batch = (n: number) => waitFor(`batch ${n}`, () => batches[n]);
    const answerRest = () => batches.forEach(({ answer }) => answer(undefined));
    return { batches, errors, batch, answerRest };
  }
  const failing = (...ids: unknown[]) => ({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });

  it("invokes with what waits, and deletes it when the function has answered", async () => {
    const queue = queueOf();
    for (const body of ["a", "b"]) queue.send(body);
    const { batch } = map(queue);

    const { records, answer } = await batch(0);
    expect(bodiesOf(records)).to.deep.equal(["a", "b"]);
    expect(queue.size).to.equal(2);
    answer({ batchItemFailures: [] });

    await waitFor("an empty queue", () => queue.size === 0);
  });

  it("takes a full batch immediately, and a smaller one for its window", async () => {
    const queue = queueOf();
    for (let n = 0; n < 5; n++) queue.send(String(n));
    const startedAt = Date.now();
    const { batch, answerRest } = map(queue, { batchSize: 4, windowSeconds: 0.4 });

    const full = await batch(0);
    expect(Date.now() - startedAt).to.be.below(350);
    expect(bodiesOf(full.records)).to.deep.equal(["0", "1", "2", "3"]);
    queue.send("late");
    const rest = await batch(1);

    expect(Date.now() - startedAt).to.be.at.least(400);
    expect(bodiesOf(rest.records)).to.deep.equal(["4", "late"]);
    answerRest();
  });

  it("has no more invocations under way than its maximum concurrency", async () => {
    const queue = queueOf();
    for (let n = 0; n < 3; n++) queue.send(String(n));
    const { batches, batch, answerRest } = map(queue, { batchSize: 1 });
    await batch(1);
    // The third waits: a message that the other queue's mapping has taken since shows that time went by.
    const other = queueOf();
    other.send("x");
    other.send("y");
    const witness = map(other, { batchSize: 1, maximumConcurrency: 1 });
    (await witness.batch(0)).answer(undefined);
    await witness.batch(1);
    expect(batches).to.have.length(2);
    expect(queue.visible).to.equal(1);

    batches[0]!.answer(undefined);

    expect(bodiesOf((await batch(2)).records)).to.deep.equal(["2"]);
    answerRest();
    witness.answerRest();
  });

  it("keeps a payload below Lambda's 6 MB", async () => {
    const queue = queueOf();
    for (let n = 0; n < 40; n++) queue.send(`"${"ü".repeat(100_000)}"`); // 200,000 bytes
    const { batches, batch } = map(queue, { batchSize: 1000, maximumConcurrency: 1 });

    (await batch(0)).answer(undefined);
    (await batch(1)).answer(undefined);
    await waitFor("an empty queue", () => queue.size === 0);

    const sizes = batches.map(({ records }) =>
      Buffer.byteLength(JSON.stringify({ Records: records })),
    );
    expect(sizes).to.have.length(2);
    expect(Math.max(...sizes)).to.be.below(6 * 1024 * 1024);
    expect(batches.flatMap(({ records }) => records)).to.have.length(40);
  });

  it("brings the failed ones back after the visibility timeout, and deletes the others", async () => {
    const queue = queueOf({ visibilitySeconds: 0.2 });
    const ids = ["a", "b", "c"].map((body) => queue.send(body));
    const { batch, answerRest } = map(queue);
    const takenAt = Date.now();

    (await batch(0)).answer(failing(ids[1]));

    await waitFor("the others' end", () => queue.size === 1);
    const again = await batch(1);
    expect(Date.now() - takenAt).to.be.at.least(199);
    expect(
      again.records.map(({ body, attributes }) => [body, attributes["ApproximateReceiveCount"]]),
    ).to.deep.equal([["b", "2"]]);
    answerRest();
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  const successes: [string, unknown][] = [
    ["an empty list", { batchItemFailures: [] }],
    ["a null list", { batchItemFailures: null }],
    ["an empty response", {}],
    ["a null response", null],
    ["nothing", undefined],
  ];
  for (const [name, response] of successes) {
    it(`takes ${name} for success`, async () => {
      const queue = queueOf();
      queue.send("a");

      (await map(queue).batch(0)).answer(response);

      await waitFor("an empty queue", () => queue.size === 0);
    });
  }

  const failures: [string, unknown][] = [
    ["an unknown id", failing("nobody")],
    ["an empty id", failing("")],
    ["a null id", failing(null)],
    ["a bad key", { batchItemFailures: [{ messageId: "x" }] }],
    ["no object in the list", { batchItemFailures: [null] }],
    ["no list", { batchItemFailures: "a" }],
  ];
  for (const [name, response] of failures) {
    it(`takes ${name} for a failure of the whole batch`, async () => {
      const queue = queueOf({ visibilitySeconds: 0.05 });
      for (const body of ["a", "b"]) queue.send(body);
      const { batch, answerRest } = map(queue);

      (await batch(0)).answer(response);

      expect(bodiesOf((await batch(1)).records)).to.deep.equal(["a", "b"]);
      answerRest();
    });
  }

  it("brings the whole batch back when the invocation fails, and says why", async () => {
    const queue = queueOf({ visibilitySeconds: 0.05 });
    for (const body of ["a", "b"]) queue.send(body);
    const { batch, errors, answerRest } = map(queue);

    (await batch(0)).fail(new Error("no database"));

    expect(bodiesOf((await batch(1)).records)).to.deep.equal(["a", "b"]);
    expect(errors).to.deep.equal(["Error: no database"]);
    answerRest();
  });

  it("does not ask for failures that the mapping does not report", async () => {
    const queue = queueOf();
    const id = queue.send("a");

    (await map(queue, { reportsFailures: false }).batch(0)).answer(failing(id));

    await waitFor("an empty queue", () => queue.size === 0);
  });

  it("takes no more messages once it is stopped", async () => {
    const queue = queueOf();
    queue.send("a");
    const { batches, batch } = map(queue);
    const { answer } = await batch(0);
    const stopped = mappings.pop()!.stop();
    queue.send("b");
    answer(undefined);
    await stopped;

    expect(queue.bodies()).to.deep.equal(["b"]);
    expect(batches).to.have.length(1);
  });
});
