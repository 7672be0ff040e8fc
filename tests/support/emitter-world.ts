import { randomUUID } from "node:crypto";
import type { Announcement, Thresholds } from "../../functions/contract";
import { recordBeats, storeEvents } from "../../functions/database";
import type { EmitterLog, EmitterPorts } from "../../functions/emitter/ports";
import { objectEvent } from "./object-events";
import { testDatabase, type TestDatabase } from "../../support/postgres";

export const emitterSettings = {
  thresholds: { eventCount: 20, durationSeconds: 300 } as Thresholds,
  heartbeat: {
    periodSeconds: 60,
    missingAfterSeconds: 150,
    holdAfterTroubleSeconds: 115,
    holdLimitSeconds: 3600,
  },
  retentionDays: 30,
  partition: "aws",
};

export const silentLog: EmitterLog = {
  announced: () => undefined,
  looked: () => undefined,
  closed: () => undefined,
  published: () => undefined,
  failed: () => undefined,
  lockedPrefixes: () => undefined,
  behind: () => undefined,
};

export const beatAt = (second: number) =>
  new Date(Date.parse("2026-11-23T10:00:00Z") + second * 1000);

/** The rows as the migrations leave them: in a tenth of the time that a new database takes. */
const emptied = `
  delete from edp.ledger;
  delete from edp.overwrite;
  delete from edp.prefix;
  delete from edp.outbox;
  delete from edp.heartbeat;
  alter table edp.prefix alter column prefix_id restart;
  delete from edp.pipeline;
  insert into edp.pipeline default values;
  update edp.pruning set round_before = null, next_page = null;
`;

/**
 * A database for a suite, emptied before every test, and a clock and a bus under the test's control.
 * Tests that change the tables themselves get a database each.
 */
export function emitterWorld({ changesTables = false } = {}) {
  let test: TestDatabase;
  let now = 0;
  let announced: { batchId: string; prefix: string; trigger: string; at: number }[] = [];
  const begin = async () => (test = await testDatabase());
  const end = () => test.drop();
  if (changesTables) {
    beforeEach(begin);
    afterEach(end);
  } else {
    before(begin);
    after(end);
  }
  beforeEach(async () => {
    if (!changesTables) await test.query(emptied);
    announced = [];
    await moveTo(0);
    await recordBeats(test.db, [beatAt(0)]);
  });

  const moveTo = async (second: number) => {
    now = second;
    await test.setClock(`timestamptz '2026-11-23 10:00:00Z' + interval '${second} s'`);
  };
  const note = (entry: Announcement) => {
    const { batchId, prefix, trigger } = JSON.parse(entry.Detail) as (typeof announced)[0];
    announced.push({ batchId, prefix, trigger, at: now });
    return { EventId: randomUUID() };
  };
  return {
    get test() {
      return test;
    },
    /** Seconds since the first beat. */
    get now() {
      return now;
    },
    get announced() {
      return announced;
    },
    moveTo,
    note,
    /** A beat a minute up to that second, each recorded when it was sent. */
    beatsUntil: async (second: number) => {
      const sent = Array.from({ length: Math.floor(second / 60) }, (_, i) => beatAt(60 * (i + 1)));
      await recordBeats(test.db, sent);
      await test.query("update edp.heartbeat set recorded_at = sent_at");
    },
    store: (keys: string[], eventCount = 20) =>
      storeEvents(
        test.db,
        keys.map((key) => objectEvent(key, randomUUID())),
        { prefixDepth: 2, eventCount },
      ),
    /** Ports under the test's control: sleeping moves the product's clock, and beats come. */
    ports: (changes: Partial<EmitterPorts> = {}): EmitterPorts => {
      const deadline = now + 1000;
      return {
        withDatabase: (work) => work(test.db),
        recovers: () => false,
        putEvents: (entries) => Promise.resolve(entries.map(note)),
        sleep: async (ms) => {
          await moveTo(now + ms / 1000);
          if (now % 60 < 1) await recordBeats(test.db, [beatAt(Math.floor(now))]);
        },
        remaining: () => (deadline - now) * 1000,
        log: silentLog,
        ...changes,
      };
    },
    outline: () => announced.map(({ prefix, trigger, at }) => [prefix, trigger, at]),
    outbox: () =>
      test.query(
        "select prefix, attempts, published_at is not null as published from edp.outbox order by 1",
      ),
  };
}
