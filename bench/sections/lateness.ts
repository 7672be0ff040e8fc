import { setTimeout as sleep } from "node:timers/promises";
import { startTestStack, type TestStack } from "../../support/local-stack";
import { waitFor } from "../../support/wait-for";
import { quantile } from "../measure/statistics";
import type { Section } from "../report/report";
import type { SectionOptions } from "./section";

const prefixes = 1250;
/** The stack's clock runs ten times as fast, so that beats come every six seconds: two seconds. */
const speed = 10;
const durationSeconds = 20;
const cycleMs = 5_200;
const patienceMs = 60_000;

/** How late batches are announced, from the moment they are due to the listener of the topic. */
export async function lateness({ quick, log }: SectionOptions): Promise<Section> {
  const test = await startTestStack(
    { bucketThresholdEventCount: "100000", bucketThresholdDuration: String(durationSeconds) },
    { speed },
  );
  try {
    log("waiting for the first heartbeat");
    await waitFor("a heartbeat", () => hasBeat(test), patienceMs);
    log(`${prefixes} prefixes`);
    const startedAt = Date.now();
    await load(test, quick ? 15_000 : 60_000);
    await waitFor("the last announcement", () => nothingLeft(test), patienceMs);
    const active = await latenesses(test);
    const seconds = (Date.now() - startedAt) / 1000;
    const afterIdle: number[] = [];
    for (let i = 0; i < (quick ? 3 : 15); i++) {
      log(`after an idle spell, ${i + 1}`);
      await waitFor("the emitter's sleep", () => isAsleep(test), patienceMs);
      const known = test.announced.length;
      test.upload(`idle/${i}/x`);
      await waitFor("its announcement", () => test.announced.length > known, patienceMs);
      afterIdle.push((await latenesses(test)).at(-1)!);
    }
    return section(active, active.length / seconds, afterIdle);
  } finally {
    await test.stop();
  }
}

function section(active: number[], rate: number, afterIdle: number[]): Section {
  const figure = (id: string, label: string, value: number, atMost?: number) => ({
    id,
    label,
    unit: "s",
    runs: [value],
    ...(atMost !== undefined && { target: { atMost } }),
  });
  const early = [...active, ...afterIdle].filter((value) => value < 0).length;
  return {
    name: "lateness",
    title: "seconds from due to announced",
    how:
      `The whole stack of npm start: ${prefixes.toLocaleString("en-US")} prefixes fall quiet at random ` +
      `times; ${active.length.toLocaleString("en-US")} announcements, then ${afterIdle.length} after idle spells.`,
    figures: [
      { id: "due-rate", label: "batches due per second", unit: "/s", runs: [rate] },
      figure("active-p50", "while active, p50", quantile(active, 0.5)),
      figure("active-p99", "while active, p99", quantile(active, 0.99), 1.5),
      figure("active-max", "while active, maximum", Math.max(...active)),
      figure("idle-p50", "after an idle spell, p50", quantile(afterIdle, 0.5)),
      figure("idle-p99", "after an idle spell, p99", quantile(afterIdle, 0.99), 5),
      { id: "early", label: "announced early", unit: "", runs: [early], target: { atMost: 0 } },
    ],
  };
}

/** Every prefix gets one to three objects within a second, and that again after five. */
async function load(test: TestStack, ms: number): Promise<void> {
  const until = Date.now() + ms;
  const timers = new Set<NodeJS.Timeout>();
  const at = (delay: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delay);
    timers.add(timer);
  };
  const cycle = (prefix: number, number: number): void => {
    const objects = 1 + Math.floor(Math.random() * 3);
    for (let i = 0; i < objects; i++) {
      at(Math.random() * 1000, () => test.upload(`active/${prefix}/${number}-${i}`));
    }
    at(cycleMs, () => {
      if (Date.now() < until) cycle(prefix, number + 1);
    });
  };
  for (let prefix = 0; prefix < prefixes; prefix++) {
    at(Math.random() * cycleMs, () => cycle(prefix, 1));
  }
  await sleep(ms);
  while (timers.size > 0) await sleep(100);
}

/** In the order of the announcements. None may be missing, or be of a batch that was held back. */
async function latenesses(test: TestStack): Promise<number[]> {
  const rows = await query(test, "select batch_id::text as id, due_at, held from edp.outbox");
  const due = new Map(rows.map((row) => [row["id"], row["due_at"] as Date]));
  if (rows.some((row) => row["held"] === true)) throw new Error("a batch was held back");
  if (due.size !== test.announced.length) {
    throw new Error(`${due.size} batches, ${test.announced.length} announcements`);
  }
  return test.announced.map(({ detail, at }) => (at - due.get(detail.batchId)!.getTime()) / 1000);
}

const query = (test: TestStack, text: string) => test.stack.database.query(text, [], "edp");

async function hasBeat(test: TestStack): Promise<boolean> {
  return (await query(test, "select from edp.heartbeat limit 1")).length > 0;
}

async function nothingLeft(test: TestStack): Promise<boolean> {
  if ([...test.stack.queues.values()].some(({ size }) => size > 0)) return false;
  const [row] = await query(
    test,
    `select (select count(*) from edp.prefix where open) +
       (select count(*) from edp.outbox where published_at is null) as left`,
  );
  return Number(row!["left"]) === 0;
}

async function isAsleep(test: TestStack): Promise<boolean> {
  const [row] = await query(
    test,
    "select coalesce(lease_until <= now(), true) as asleep from edp.pipeline",
  );
  return row!["asleep"] === true;
}
