import { expect } from "chai";
import type { Transform } from "../../local/bodies";
import { startTestStack, type TestStack } from "../../support/local-stack";
import { waitFor } from "../../support/wait-for";
import { readSeen, violations } from "./exactness";
import { Load } from "./load";

export const objectQueue = "edp-monitor-object-events";
export const ingest = "edp-monitor-ingest";
export const emitter = "edp-monitor-emitter";

/** Patience for what takes a few seconds on a machine that has nothing else to do. */
export const patienceMs = 60_000;

/**
 * A stack whose clock runs ten times as fast: the emitter's schedule comes every six seconds, max-age
 * closes after three. Max-age, because duration triggers are held while there is trouble.
 */
export function startFastStack(transform: Transform = (_type, _name, inputs) => inputs) {
  return startTestStack(
    {
      bucketThresholdEventCount: "20",
      bucketThresholdDuration: "20",
      bucketThresholdMaxAge: "30",
    },
    {
      speed: 10,
      transform: (type, name, inputs) =>
        type === "aws:sqs/queue:Queue" && name === objectQueue
          ? { ...inputs, visibilityTimeoutSeconds: 20 }
          : transform(type, name, inputs),
    },
  );
}

/**
 * Brings about a fault while objects are uploaded, and checks the promise afterwards, without anybody's
 * help: work goes on, comes to its end when the upload does, and every object event was counted once.
 */
export async function underLoad(
  test: TestStack,
  name: string,
  fault: (load: Load) => Promise<void>,
): Promise<void> {
  const load = new Load(test.stack, name);
  const ofLoad = () => test.announced.filter(({ detail }) => detail.prefix.startsWith(load.root));
  load.start();
  try {
    await waitFor("the first batches", () => ofLoad().length > 5, patienceMs);
    await fault(load);
    load.upload("after-the-fault", 20);
    await waitFor(
      "a batch of objects uploaded after the fault",
      () => ofLoad().some(({ detail }) => detail.prefix === `${load.root}after-the-fault/`),
      patienceMs,
    );
  } finally {
    load.stop();
  }
  await settled(test);
  const wrong = violations(await readSeen(test, load.root), load.uploads.byPrefix);
  expect(wrong.slice(0, 20)).to.deep.equal([]);
  for (const [queue, { size }] of test.stack.queues) {
    if (queue !== objectQueue) expect(size, queue).to.equal(0);
  }
}

/** Nothing in the queue, nothing open, nothing unpublished, and no invocation that still waits. */
async function settled({ stack }: TestStack): Promise<void> {
  let left = "";
  const isSettled = async () => {
    // The queue first: a message leaves it after its commit, which the statement then sees.
    const { size } = stack.queue(objectQueue);
    left = `${size} messages`;
    if (size > 0) return false;
    const [row] = await stack.database.query(
      `select (select count(*)::int from edp.prefix where open) as open,
        (select count(*)::int from edp.outbox where published_at is null) as unpublished`,
      [],
      "edp",
    );
    left = JSON.stringify(row);
    return row!["open"] === 0 && row!["unpublished"] === 0;
  };
  await waitFor("the end of all work", isSettled, patienceMs).catch((error: unknown) => {
    throw new Error(`${String(error)}: left are ${left}`);
  });
  const invocations = () => stack.lambda(ingest).running + stack.lambda(emitter).running;
  await waitFor("the end of all invocations", () => invocations() === 0, patienceMs);
}
