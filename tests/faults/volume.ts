// A million object events, and a tenth of them once more, in the wrong order: counted exactly. Takes
// some minutes: `npm run test:volume`. VOLUME_SEED repeats an order, VOLUME_EVENTS takes another number.
import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { countedEvents } from "../support/counted-events";
import { startTestStack, type TestStack } from "../../support/local-stack";
import { s3Event } from "../support/object-events";
import { waitFor } from "../../support/wait-for";
import { readSeen, violations } from "./exactness";
import { randomOf, shuffle } from "../support/random";
import { objectQueue } from "./under-load";
import { Uploads } from "./uploads";

const seed = Number(process.env["VOLUME_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const events = Number(process.env["VOLUME_EVENTS"] ?? 1_000_000);
const duplicates = events / 10;
const windowSize = 10_000;
/** Every so many object events, one is another version of a file that is there already. */
const overwriteEvery = 20;
const prefixes = 500;
/** Messages in the queue at the most: the memory that they take is not what is measured. */
const maxQueue = 20_000;

describe("volume", function () {
  this.timeout(30 * 60_000);
  let test: TestStack;
  before(async () => {
    test = await startTestStack({
      bucketThresholdEventCount: "1000",
      bucketThresholdDuration: "604800", // what does not get full stays open, and is counted as such
    });
  });
  after(() => test.stop());

  it(`counts ${events} object events once, with ${duplicates} duplicates, out of order`, async () => {
    console.log(`    seed ${seed}: VOLUME_SEED=${seed} repeats it`);
    const queue = test.stack.queue(objectQueue);
    const uploads = new Uploads();
    const startedAt = Date.now();
    let messages = 0;

    for (const window of windows(uploads)) {
      for (const body of window) queue.send(body);
      messages += window.length;
      while (queue.size > maxQueue - windowSize) await sleep(10);
    }
    await waitFor("an empty queue", () => queue.size === 0, 5 * 60_000);
    const seconds = (Date.now() - startedAt) / 1000;
    await waitFor("the last announcement", () => isPublished(test), 5 * 60_000);

    expect(messages).to.equal(events + duplicates);
    expect(await ledgerRows(test)).to.equal(events);
    const wrong = violations(await readSeen(test, ""), uploads.byPrefix);
    expect(wrong.slice(0, 20)).to.deep.equal([]);
    for (const [name, { size }] of test.stack.queues) expect(size, name).to.equal(0);
    const rate = Math.round(messages / seconds);
    console.log(
      `    ${messages} messages in ${seconds.toFixed(1)} s: ${rate} messages/s, ` +
        `${new Set(test.announced.map(({ detail }) => detail.batchId)).size} batches`,
    );
  });
});

/** All messages, shuffled window by window; puts down what they are about. */
function* windows(uploads: Uploads): Generator<string[]> {
  const random = randomOf(seed);
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  let window: string[] = [];
  for (let number = 0; number < events; number++) {
    const { prefix, key, size } = objectOf(number);
    uploads.add(prefix, key, size);
    window.push(message(number, time));
    // Half of the second copies come soon after the first, half at any time.
    if (number % 10 === 9) {
      const back = random() < 0.5 ? Math.min(number, windowSize) : number;
      window.push(message(number - Math.floor(random() * back), time));
    }
    if (window.length >= windowSize || number === events - 1) {
      shuffle(window, random);
      yield window;
      window = [];
    }
  }
}

/** The object of an event, by nothing but its number. Some prefixes get many times what others get. */
function objectOf(number: number) {
  const isOverwrite = number % overwriteEvery === overwriteEvery - 1;
  const file = isOverwrite ? number - 1 - (number % 7) : number;
  const prefix = `run-${Math.floor(randomOf(file)() ** 2 * prefixes)}/data/`;
  return { prefix, key: `${prefix}file-${file}.fastq`, size: (number % 1000) + 1 };
}

function message(number: number, time: string): string {
  const { key, size } = objectOf(number);
  // Trailing zeros of a sequencer mean nothing: hence the last digit.
  const sequencer = `${number.toString(16)}F`;
  return JSON.stringify(s3Event({ bucket: "edp-monitor-dev", key, size, sequencer, time }));
}

async function isPublished({ stack }: TestStack): Promise<boolean> {
  const [row] = await stack.database.query(
    "select not exists (select from edp.outbox where published_at is null) as done",
    [],
    "edp",
  );
  return row!["done"] === true;
}

async function ledgerRows({ stack }: TestStack): Promise<number> {
  const [row] = await stack.database.query(
    `select count(*)::int as rows from ${countedEvents}`,
    [],
    "edp",
  );
  return Number(row!["rows"]);
}
