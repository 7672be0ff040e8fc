import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase, type TestDatabase } from "../../support/postgres";
import { benchBucket, prefixOf } from "../contenders/messages";
import { checkCount } from "../measure/exact";
import { startContainer } from "../measure/container";
import { peakMemoryMiB } from "../measure/memory";
import { median, slowestRate } from "../measure/statistics";
import type { Figure, Section } from "../report/report";
import { startPutEvents } from "./put-events";
import type { SectionOptions } from "./section";

const wave = 10_000;
const flood = 200_000;
const putEventsMs = 20;
/** What the component gives the function. */
const memoryMegabytes = 256;
/** Longer than all of it takes: one run is measured, and not the schedule between two. */
const timeoutSeconds = 900;

/** How long a wave of batches that are due at once takes to be announced, and a flood of them. */
export async function emitter({ quick, log }: SectionOptions): Promise<Section> {
  const database = await testDatabase();
  const seconds: number[] = [];
  const floodOf = quick ? flood / 10 : flood;
  try {
    for (let run = 0; run < (quick ? 2 : 7); run++) {
      log(`run ${run + 1}`);
      seconds.push((await publishAll(database, wave)).atSeconds.at(-1)!);
    }
    log("flood");
    const { atSeconds, memoryMiB } = await publishAll(database, floodOf);
    const usual = wave / median(seconds);
    return section(seconds, floodFigures(atSeconds, memoryMiB, usual, floodOf));
  } finally {
    await database.drop();
  }
}

function section(seconds: number[], more: Figure[]): Section {
  return {
    name: "emitter",
    title: `${format(wave)} batches due at once`,
    how:
      `From the start of the built emitter handler to the last entry, with a PutEvents that answers ` +
      `in ${putEventsMs} ms. Every batch is published once, which is checked.`,
    figures: [
      {
        id: "publish-all",
        label: "all published",
        unit: "s",
        runs: seconds,
        target: { atMost: 10 },
      },
      {
        id: "publish-rate",
        label: "batches per second",
        unit: "/s",
        runs: seconds.map((value) => wave / value),
      },
      ...more,
    ],
  };
}

/** Parts of a flood whose speed is looked at one by one. */
const parts = 10;

function floodFigures(
  atSeconds: readonly number[],
  memoryMiB: number,
  usual: number,
  due: number,
): Figure[] {
  const of = `${format(due)} due at once`;
  return [
    {
      id: "flood-first",
      label: `${of}: the first announced`,
      unit: "s",
      runs: [atSeconds[0]!],
      target: { atMost: 2 },
    },
    {
      id: "flood-all",
      label: `${of}: all announced`,
      unit: "s",
      runs: [atSeconds.at(-1)!],
    },
    {
      id: "flood-steady",
      label: `${of}: the slowest tenth : usual speed`,
      unit: "×",
      runs: [slowestRate(atSeconds, parts) / usual],
      target: { atLeast: 0.8 },
    },
    {
      id: "flood-memory",
      label: `${of}: peak memory of the process, the runtime's included`,
      unit: "MiB",
      runs: [memoryMiB],
      target: { atMost: memoryMegabytes },
    },
  ];
}

interface Published {
  /** When each batch was announced, from the start of the run; sorted. */
  readonly atSeconds: number[];
  readonly memoryMiB: number;
}

async function publishAll(database: TestDatabase, batches: number): Promise<Published> {
  await database.query("truncate edp.outbox, edp.prefix");
  await database.query(
    `insert into edp.prefix (
       bucket, prefix, open, event_count, file_count, total_bytes,
       first_event_time, last_event_time, first_stored_at, last_stored_at, quiet_since
     )
     select $1, name, true, 3, 3, 3000, t, t, t, t, t
     from unnest($2::text[]) as name, (select now() - interval '1 hour' as t) as past`,
    [benchBucket, Array.from({ length: batches }, (_, i) => prefixOf(i))],
  );
  await database.query("vacuum analyze edp.prefix");
  const times: number[] = [];
  let known = 0;
  const endpoint = await startPutEvents(putEventsMs, (entries) => {
    const now = performance.now();
    for (; known < entries; known++) times.push(now);
  });
  // By their age, which is never held back: there is no heartbeat here.
  const container = await startContainer(
    "emitter",
    {
      database: database.name,
      endpointUrl: endpoint.url,
      THRESHOLD_MAX_AGE_SECONDS: "60",
    },
    { memoryMegabytes, timeoutSeconds },
  );
  try {
    await sleep(500); // its start is measured elsewhere
    const startedAt = performance.now();
    await container.invoke({});
    if (endpoint.entries !== batches) throw new Error(`${endpoint.entries} entries were published`);
    await checkCount(
      "published batches",
      database,
      "select count(*) from edp.outbox where published_at is not null and attempts = 1",
      batches,
    );
    return {
      atSeconds: times.map((time) => (time - startedAt) / 1000),
      memoryMiB: peakMemoryMiB(container.pid),
    };
  } finally {
    container.kill();
    endpoint.close();
  }
}

const format = (value: number) => value.toLocaleString("en-US");
