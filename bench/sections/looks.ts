import { randomUUID } from "node:crypto";
import {
  closeDue,
  findFull,
  observePipeline,
  pendingWork,
  renewLease,
  takeUnpublished,
  wantLease,
} from "../../functions/database";
import { connectionTo, testDatabase, type TestDatabase } from "../../support/postgres";
import type { Figure, Section } from "../report/report";
import { benchBucket } from "../contenders/messages";
import type { SectionOptions } from "./section";

const thresholds = { eventCount: 20, durationSeconds: 3_600, maxAgeSeconds: 86_400 };
const heartbeat = {
  periodSeconds: 60,
  missingAfterSeconds: 150,
  holdAfterTroubleSeconds: 115,
  holdLimitSeconds: 3_600,
};
const run = randomUUID();
const batch = 250_000;

/** How long the emitter's look takes, whatever there is besides what is due. */
export async function looks({ quick, log }: SectionOptions): Promise<Section> {
  const [closed, open] = quick ? [200_000, 20_000] : [10_000_000, 500_000];
  const number = quick ? 10 : 50;
  const database = await testDatabase();
  try {
    log("filling");
    await database.query("alter table edp.prefix set (autovacuum_enabled = off)");
    await fill(database, closed, false, log);
    await fill(database, open, true, log);
    const before = await lookTimes(database, number);
    log("analyzing");
    await database.query("vacuum analyze edp.prefix");
    const after = await lookTimes(database, number);
    const bytes = await bytesPerPrefix(database);
    const due = await closingTimes(database, quick ? 5 : 20);
    const of = `${format(closed)} closed and ${format(open)} open prefixes`;
    const figure = (id: string, label: string, runs: number[], atMost: number): Figure => ({
      id,
      label,
      unit: "s",
      runs,
      target: { atMost },
    });
    return {
      name: "looks",
      title: "the emitter's look at what is due",
      how:
        `Beside ${of}: all that one look asks the database when nothing is due, before anybody has ` +
        "counted what is in the tables and after it; then looks that close 1,000 batches each.",
      figures: [
        figure("before-analyze", "a look, before analyze", before, 0.3),
        figure("after-analyze", "a look, after analyze", after, 0.3),
        figure("closing", "a look that closes 1,000", due, 0.3),
        {
          id: "bytes-per-prefix",
          label: "bytes of database per prefix, indexes included",
          unit: "B",
          runs: [bytes],
        },
      ],
    };
  } finally {
    await database.drop();
  }
}

async function lookTimes(database: TestDatabase, number: number): Promise<number[]> {
  const connection = await connectionTo(database, { planOnce: true });
  try {
    return await connection.withSession(async (db) => {
      await wantLease(db, run);
      const times: number[] = [];
      for (let i = 0; i < number; i++) {
        const startedAt = performance.now();
        await renewLease(db, run);
        await observePipeline(db, run, heartbeat);
        const full = await findFull(db, thresholds.eventCount);
        const options = { hold: false, locked: "wait", full } as const;
        const result = await closeDue(db, run, thresholds, options);
        await takeUnpublished(db, 80);
        await pendingWork(db);
        times.push((performance.now() - startedAt) / 1000);
        if (result.closed.length > 0) throw new Error("something was due");
      }
      return times;
    });
  } finally {
    connection.close();
  }
}

/** Each with the thousand that have been quiet for longest. */
async function closingTimes(database: TestDatabase, number: number): Promise<number[]> {
  const connection = await connectionTo(database, { planOnce: true });
  try {
    return await connection.withSession(async (db) => {
      const times: number[] = [];
      await wantLease(db, run);
      for (let i = 0; i < number; i++) {
        await renewLease(db, run);
        const startedAt = performance.now();
        const { closed } = await closeDue(
          db,
          run,
          { ...thresholds, durationSeconds: 1 },
          { hold: false, locked: "wait", full: [] },
        );
        times.push((performance.now() - startedAt) / 1000);
        if (closed.length !== 1000) throw new Error(`${closed.length} were closed`);
      }
      return times;
    });
  } finally {
    connection.close();
  }
}

async function bytesPerPrefix(database: TestDatabase): Promise<number> {
  const [row] = await database.query(
    "select pg_total_relation_size('edp.prefix')::float8 / count(*) as bytes from edp.prefix",
  );
  return Number(row!["bytes"]);
}

async function fill(
  database: TestDatabase,
  prefixes: number,
  open: boolean,
  log: (text: string) => void,
): Promise<void> {
  const name = open ? "open" : "closed";
  for (let from = 0; from < prefixes; from += batch) {
    log(`${name} prefixes, ${from.toLocaleString("en-US")}`);
    await database.query(
      open
        ? `insert into edp.prefix (bucket, prefix, open, event_count, file_count, total_bytes,
             first_event_time, last_event_time, first_stored_at, last_stored_at, quiet_since)
           select $1, 'instrument-' || n % 20 || '/open-' || n || '/', true, 3, 3, 3000, at, at, at, at, at
           from generate_series($2::int, $3::int) as n,
             lateral (select now() - interval '5 min' + n * interval '1 ms' as at) as stored`
        : `insert into edp.prefix (bucket, prefix)
           select $1, 'instrument-' || n % 20 || '/run-' || n || '/' from generate_series($2::int, $3::int) as n`,
      [benchBucket, from, Math.min(prefixes, from + batch) - 1],
    );
  }
}

const format = (value: number) => value.toLocaleString("en-US");
