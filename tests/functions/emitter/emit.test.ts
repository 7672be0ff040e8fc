import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Announcement, Thresholds } from "../../../functions/contract";
import {
  isEmitterAwake,
  recordBeats,
  storeEvents,
  wantLease,
  type Db,
} from "../../../functions/database";
import { emit, type EmitterLog, type EmitterPorts } from "../../../functions/emitter/emit";
import { objectEvent } from "../../support/object-events";
import { testDatabase, type TestDatabase } from "../../support/postgres";

const settings = {
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

describe("emit", () => {
  let test: TestDatabase;
  let now = 0;
  let announced: { batchId: string; prefix: string; trigger: string; at: number }[];
  beforeEach(async () => {
    test = await testDatabase();
    announced = [];
    await moveTo(0);
    await recordBeats(test.db, [new Date("2026-11-23T10:00:00Z")]);
  });
  afterEach(() => test.drop());

  const moveTo = async (second: number) => {
    now = second;
    await test.setClock(`timestamptz '2026-11-23 10:00:00Z' + interval '${second} s'`);
  };
  const store = (keys: string[], eventCount = 20) =>
    storeEvents(
      test.db,
      keys.map((key) => objectEvent(key, randomUUID())),
      { prefixDepth: 2, eventCount },
    );
  /** Ports under the test's control: sleeping moves the product's clock. */
  const ports = (changes: Partial<EmitterPorts> = {}, db: Db = test.db): EmitterPorts => {
    const deadline = now + 1000;
    return {
      run: (work) => work(db),
      recovers: () => false,
      putEvents: (entries) => Promise.resolve(entries.map(note)),
      sleep: async (ms) => {
        await moveTo(now + ms / 1000);
        // beats come as they should
        if (now % 60 < 1) {
          await recordBeats(db, [
            new Date(Date.parse("2026-11-23T10:00:00Z") + Math.floor(now) * 1000),
          ]);
        }
      },
      remaining: () => (deadline - now) * 1000,
      log: silent,
      ...changes,
    };
  };
  const note = (entry: Announcement) => {
    const { batchId, prefix, trigger } = JSON.parse(entry.Detail) as (typeof announced)[0];
    announced.push({ batchId, prefix, trigger, at: now });
    return {};
  };
  const outline = () => announced.map(({ prefix, trigger, at }) => [prefix, trigger, at]);
  const outbox = () =>
    test.query(
      "select prefix, attempts, published_at is not null as published from edp.outbox order by 1",
    );

  it("ends at once when there is nothing to do, and gives the lease back", async () => {
    const sleep = () => Promise.reject(new Error("slept"));
    expect(await emit(randomUUID(), settings, ports({ sleep }))).to.equal("no-work");
    expect(await isEmitterAwake(test.db)).to.equal(false);
  });

  it("publishes what ingest has closed", async () => {
    await store(["a/b/x"], 1);
    expect(await emit(randomUUID(), settings, ports())).to.equal("no-work");
    expect(outline()).to.deep.equal([["a/b/", "event-count", 0]]);
    expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 1, published: true }]);
  });

  it("stays while a prefix is open, and announces it when it has gone quiet", async () => {
    await store(["a/b/x"]);
    await moveTo(10);
    await store(["c/d/x"]);
    const thresholds = { eventCount: 20, durationSeconds: 30 };
    expect(await emit(randomUUID(), { ...settings, thresholds }, ports())).to.equal("no-work");
    expect(outline()).to.deep.equal([
      ["a/b/", "duration", 30],
      ["c/d/", "duration", 40],
    ]);
  });

  it("hands over to the next run, and the two announce everything once", async () => {
    await store(["a/b/x"]);
    const second = randomUUID();
    let asked = false;
    const first = await emit(
      randomUUID(),
      settings,
      ports({
        sleep: async (ms) => {
          await moveTo(now + ms / 1000);
          if (now === 60) asked = (await wantLease(test.connect(), second)) === "waiting";
        },
      }),
    );
    expect(first).to.equal("handed-over");
    expect(asked).to.equal(true);
    await recordBeats(test.db, [60, 120, 180, 240].map(beatAt));
    await test.query("update edp.heartbeat set recorded_at = sent_at");
    await moveTo(299);
    expect(await emit(second, settings, ports())).to.equal("no-work");
    expect(outline()).to.deep.equal([["a/b/", "duration", 300]]);
  });

  it("ends when a newer run waits for the lease", async () => {
    await wantLease(test.db, randomUUID());
    const newer = randomUUID();
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        sleep: async () => {
          await wantLease(test.connect(), newer);
        },
      }),
    );
    expect(end).to.equal("superseded");
  });

  it("ends in time, leaving the lease free", async () => {
    await store(["a/b/x"]);
    expect(
      await emit(randomUUID(), settings, ports({ remaining: () => (20 - now) * 1000 })),
    ).to.equal("out-of-time");
    expect(now).to.be.below(20);
    expect(await isEmitterAwake(test.db)).to.equal(false);
  });

  it("tries the failed entries again, and the others not", async () => {
    await store(
      Array.from({ length: 10 }, (_, i) => `a/${i}/x`),
      1,
    );
    const calls: string[][] = [];
    await emit(
      randomUUID(),
      settings,
      ports({
        putEvents: (entries) => {
          calls.push(
            entries.map((e) => (JSON.parse(e.Detail) as { prefix: string }).prefix).sort(),
          );
          return Promise.resolve(
            entries.map((entry, i) =>
              calls.length === 1 && [1, 4, 7].includes(i)
                ? { ErrorCode: "Throttled" }
                : note(entry),
            ),
          );
        },
      }),
    );
    expect(calls.map(({ length }) => length)).to.deep.equal([10, 3]);
    expect(new Set(announced.map(({ batchId }) => batchId)).size).to.equal(10);
    expect(announced).to.have.lengthOf(10);
    expect((await outbox()).filter((row) => row["attempts"] === 2)).to.have.lengthOf(3);
  });

  it("publishes the same batch again after it died between PutEvents and its note", async () => {
    await store(["a/b/x"], 1);
    const died = emit(
      randomUUID(),
      settings,
      ports({
        putEvents: async (entries) => {
          entries.forEach(note);
          await moveTo(now + 11); // its lease runs out
          throw new Error("killed");
        },
        run: async (work) => {
          if (announced.length > 0) throw new Error("killed");
          return work(test.db);
        },
      }),
    );
    expect(await died.catch(String)).to.equal("Error: killed");
    expect(await emit(randomUUID(), settings, ports())).to.equal("no-work");

    expect(announced).to.have.lengthOf(2);
    expect(announced[0]!.batchId).to.equal(announced[1]!.batchId);
    expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 1, published: true }]);
  });

  it("closes and marks nothing once another run has the lease", async () => {
    await store(["a/b/x"], 1);
    const other = randomUUID();
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        putEvents: async (entries) => {
          await moveTo(now + 11);
          expect(await wantLease(test.connect(), other)).to.equal("held");
          return entries.map(note);
        },
      }),
    );
    expect(end).to.equal("handed-over");
    expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 0, published: false }]);
  });

  it("publishes nothing more once it has handed over in the middle of closing", async () => {
    await store(Array.from({ length: 1001 }, (_, i) => `a/${i}/x`));
    await moveTo(1);
    await recordBeats(test.db, [60, 120, 180, 240, 300].map(beatAt));
    await test.query("update edp.heartbeat set recorded_at = sent_at");
    await moveTo(301);
    const [other, rival] = [randomUUID(), test.connect()];
    let asked = false;
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        log: {
          ...silent,
          closed: () => {
            asked = true;
          },
        },
        putEvents: (entries) => Promise.resolve(entries.map(note)),
        run: async (work) => {
          if (asked) await wantLease(rival, other);
          return work(test.db);
        },
      }),
    );
    expect(end).to.equal("handed-over");
    expect(announced).to.deep.equal([]);
  });

  it("holds the duration trigger while beats are missing, and goes on announcing counts", async () => {
    await store(["a/b/x"]);
    const noBeats = async () => {
      await moveTo(now + 5);
      if (now === 310) await store(["c/d/x"], 1);
    };
    const end = await emit(
      randomUUID(),
      settings,
      ports({ sleep: noBeats, remaining: () => (500 - now) * 1000 }),
    );
    expect(end).to.equal("out-of-time");
    expect(outline()).to.deep.equal([["c/d/", "event-count", 310]]);

    const recordedAt = now;
    await recordBeats(test.db, [60, 120, 180, 240, 300, 360, 420, 480].map(beatAt));
    await emit(randomUUID(), settings, ports());
    expect(outline()[1]!.slice(0, 2)).to.deep.equal(["a/b/", "duration"]);
    // held until 115 s after the last late beat was recorded; a look a second
    expect(outline()[1]![2]).to.be.within(recordedAt + 115, recordedAt + 116);
    expect(await test.query("select held from edp.outbox where prefix = 'a/b/'")).to.deep.equal([
      { held: true },
    ]);
  });

  it("looks again after a failure that passes", async () => {
    await store(["a/b/x"], 1);
    let failures = 3;
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        run: (work) =>
          announced.length > 0 && failures-- > 0
            ? Promise.reject(new Error("gone"))
            : work(test.db),
        recovers: (error) => (error as Error).message === "gone",
      }),
    );
    expect(end).to.equal("no-work");
    expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 1, published: true }]);
    expect(new Set(announced.map(({ batchId }) => batchId)).size).to.equal(1);
  });

  it("closes what can be closed while a prefix is locked", async () => {
    await store(["a/b/x", "c/d/x"]);
    await moveTo(1);
    await recordBeats(test.db, [60, 120, 180, 240, 300].map(beatAt));
    await test.query("update edp.heartbeat set recorded_at = sent_at");
    await moveTo(301);
    const writer = test.connect();
    const store20 = { prefixDepth: 2, eventCount: 20 };
    await storeEvents(writer, [objectEvent("a/b/y")], store20, async () => {
      await emit(randomUUID(), settings, ports({ remaining: () => 0 }));
    });
    expect(outline()).to.deep.equal([["c/d/", "duration", 301]]);
  });

  it("leaves nothing behind that an ingest committed while it was ending", async () => {
    let late = true;
    const db = test.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: ({ result }) => Promise.resolve(result),
    });
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        run: async (work) => {
          const awake = await isEmitterAwake(test.connect());
          const result = await work(db);
          // right after the lease was given back
          if (late && awake && !(await isEmitterAwake(test.connect()))) {
            late = false;
            await store(["a/b/x"], 1);
          }
          return result;
        },
      }),
    );
    expect(end).to.equal("no-work");
    expect(late).to.equal(false);
    expect(outline()).to.deep.equal([["a/b/", "event-count", 0]]);
  });

  it("takes the lease again when the answer to giving it back was lost", async () => {
    let lost = false;
    const run: EmitterPorts["run"] = async (work) => {
      const wasAwake = await isEmitterAwake(test.db);
      const result = await work(test.db);
      if (lost || !wasAwake || (await isEmitterAwake(test.db))) return result;
      lost = true;
      await store(["a/b/x"], 1); // by an ingest that saw the lease still held, and woke nobody
      throw new Error("gone");
    };
    const recovers = (error: unknown) => (error as Error).message === "gone";
    expect(await emit(randomUUID(), settings, ports({ run, recovers }))).to.equal("no-work");
    expect(lost).to.equal(true);
    expect(outline()).to.deep.equal([["a/b/", "event-count", 1]]);
  });
});

const beatAt = (second: number) => new Date(Date.parse("2026-11-23T10:00:00Z") + second * 1000);

const silent: EmitterLog = {
  announced: () => undefined,
  looked: () => undefined,
  closed: () => undefined,
  published: () => undefined,
  failed: () => undefined,
  lockedPrefixes: () => undefined,
  behind: () => undefined,
};
