import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase, type TestDatabase } from "../../tests/support/postgres";
import { benchBucket, prefixOf } from "../contenders/messages";
import { checkCount } from "../measure/exact";
import { startContainer } from "../measure/container";
import type { Section } from "../report/report";
import { startPutEvents } from "./put-events";
import type { SectionOptions } from "./section";

const batches = 10_000;
const putEventsMs = 20;

/** How long a wave of batches that are due at once takes to be announced. */
export async function emitter({ quick, log }: SectionOptions): Promise<Section> {
  const database = await testDatabase();
  const seconds: number[] = [];
  try {
    for (let run = 0; run < (quick ? 2 : 7); run++) {
      log(`run ${run + 1}`);
      seconds.push(await publishAll(database));
    }
  } finally {
    await database.drop();
  }
  return {
    name: "emitter",
    title: `${batches.toLocaleString("en-US")} batches due at once`,
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
        runs: seconds.map((value) => batches / value),
      },
    ],
  };
}

async function publishAll(database: TestDatabase): Promise<number> {
  await database.query("truncate edp.outbox, edp.prefix");
  await database.query(
    `insert into edp.prefix (
       bucket, prefix, open, event_count, file_count, total_bytes,
       first_event_time, last_event_time, first_stored_at, last_stored_at
     )
     select $1, name, true, 3, 3, 3000, t, t, t, t
     from unnest($2::text[]) as name, (select now() - interval '1 hour' as t) as past`,
    [benchBucket, Array.from({ length: batches }, (_, i) => prefixOf(i))],
  );
  await database.query("vacuum analyze edp.prefix");
  let lastAt = 0;
  const endpoint = await startPutEvents(putEventsMs, () => (lastAt = performance.now()));
  // By their age, which is never held back: there is no heartbeat here.
  const container = await startContainer("emitter", {
    ...{ database: database.name, endpointUrl: endpoint.url },
    THRESHOLD_MAX_AGE_SECONDS: "60",
  });
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
    return (lastAt - startedAt) / 1000;
  } finally {
    container.kill();
    endpoint.close();
  }
}
