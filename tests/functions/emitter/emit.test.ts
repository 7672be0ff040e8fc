import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { isEmitterAwake, recordBeats, storeEvents } from "../../../functions/database";
import { emit } from "../../../functions/emitter/emit";
import type { EmitterPorts } from "../../../functions/emitter/ports";
import {
  beatAt,
  emitterSettings as settings,
  emitterWorld,
  silentLog,
} from "../../support/emitter-world";
import { objectEvent } from "../../support/object-events";
describe("emit", () => {
  const world = emitterWorld();
  const { moveTo, beatsUntil, store, ports, note, outline, outbox } = world;

  it("ends immediately when there is nothing to do, and gives the lease back", async () => {
    const sleep = () => Promise.reject(new Error("slept"));
    expect(await emit(randomUUID(), settings, ports({ sleep }))).to.equal("no-work");
    expect(await isEmitterAwake(world.test.db)).to.equal(false);
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

  it("ends in time, leaving the lease free", async () => {
    await store(["a/b/x"]);
    expect(
      await emit(randomUUID(), settings, ports({ remaining: () => (20 - world.now) * 1000 })),
    ).to.equal("out-of-time");
    expect(world.now).to.be.below(20);
    expect(await isEmitterAwake(world.test.db)).to.equal(false);
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
    expect(new Set(world.announced.map(({ batchId }) => batchId)).size).to.equal(10);
    expect(world.announced).to.have.lengthOf(10);
    expect((await outbox()).filter((row) => row["attempts"] === 2)).to.have.lengthOf(3);
  });

  const hostile = "quoted: \0, \ud800";
  const answersOnce: [string, (sent: number) => Promise<unknown>][] = [
    [
      "refuses entries with what PostgreSQL cannot store",
      () => Promise.resolve([{ ErrorCode: "Odd\0", ErrorMessage: hostile }]),
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
    ["fails with what is no error", () => Promise.reject({ toString: null, hostile })],
    ["fails with such a text", () => Promise.reject(new Error(hostile.repeat(1_000)))],
    ["answers with entries that say nothing", (sent) => Promise.resolve(Array(sent).fill({}))],
    ["answers with no list", () => Promise.resolve(hostile)],
  ];
  for (const [what, answer] of answersOnce) {
    it(`notes what was accepted, and tries the rest again, when PutEvents ${what}`, async () => {
      await store(
        Array.from({ length: 20 }, (_, i) => `a/${i}/x`),
        1,
      );
      let calls = 0;
      const putEvents: EmitterPorts["putEvents"] = (entries) =>
        ++calls === 2 ? answer(entries.length) : Promise.resolve(entries.map(note));
      expect(await emit(randomUUID(), settings, ports({ putEvents }))).to.equal("no-work");

      expect(world.announced, "each once").to.have.lengthOf(20);
      expect(new Set(world.announced.map(({ batchId }) => batchId)).size).to.equal(20);
      const attempts = (await outbox()).map((row) => row["attempts"]);
      expect(attempts.filter((count) => count === 1)).to.have.lengthOf(10);
      expect(attempts.filter((count) => count === 2)).to.have.lengthOf(10);
    });
  }

  it("holds the duration trigger while beats are missing, and goes on announcing counts", async () => {
    await store(["a/b/x"]);
    const noBeats = async () => {
      await moveTo(world.now + 10);
      if (world.now === 310) await store(["c/d/x"], 1);
    };
    const end = await emit(
      randomUUID(),
      settings,
      ports({ sleep: noBeats, remaining: () => (500 - world.now) * 1000 }),
    );
    expect(end).to.equal("out-of-time");
    expect(outline()).to.deep.equal([["c/d/", "event-count", 310]]);

    const recordedAt = world.now;
    await recordBeats(world.test.db, [60, 120, 180, 240, 300, 360, 420, 480].map(beatAt));
    const sleep = async () => {
      await moveTo(world.now + (world.now < recordedAt + 110 ? 10 : 1));
      if (world.now % 60 === 0) await recordBeats(world.test.db, [beatAt(world.now)]);
    };
    await emit(randomUUID(), settings, ports({ sleep }));
    expect(outline()[1]!.slice(0, 2)).to.deep.equal(["a/b/", "duration"]);
    // held until 115 s after the last late beat was recorded; a look a second
    expect(outline()[1]![2]).to.be.within(recordedAt + 115, recordedAt + 116);
    expect(
      await world.test.query("select held from edp.outbox where prefix = 'a/b/'"),
    ).to.deep.equal([{ held: true }]);
  });

  it("announces what is closed before it closes more, and does not pause in between", async () => {
    await store(Array.from({ length: 2_500 }, (_, i) => `a/${i}/x`));
    await moveTo(1);
    await beatsUntil(300);
    await moveTo(301);
    const course: string[] = [];
    const note1 = (what: string) => course.at(-1) !== what && course.push(what);
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        sleep: () => Promise.reject(new Error("slept")),
        putEvents: (entries) => {
          note1("announces");
          return Promise.resolve(entries.map(note));
        },
        log: { ...silentLog, closed: () => void note1("closes") },
      }),
    );

    expect(end).to.equal("no-work");
    expect(course).to.deep.equal(Array(3).fill(["closes", "announces"]).flat());
    expect(new Set(world.announced.map(({ batchId }) => batchId)).size).to.equal(2_500);
    expect(world.announced).to.have.lengthOf(2_500);
  });

  it("ends in time in the middle of very much, and the next run goes on", async () => {
    await store(
      Array.from({ length: 300 }, (_, i) => `a/${i}/x`),
      1,
    );
    let left = 16_000;
    const first = await emit(
      randomUUID(),
      settings,
      ports({
        remaining: () => left,
        putEvents: (entries) => {
          left -= 100;
          return Promise.resolve(entries.map(note));
        },
      }),
    );
    expect(first).to.equal("out-of-time");
    const announced = world.announced.length;
    expect(announced).to.be.within(1, 299);

    expect(await emit(randomUUID(), settings, ports())).to.equal("no-work");
    expect(new Set(world.announced.map(({ batchId }) => batchId)).size).to.equal(300);
    expect(world.announced).to.have.lengthOf(300);
  });

  it("closes by a count that was lowered, however many are open", async () => {
    await store(Array.from({ length: 5_001 }, (_, i) => `a/${i}/x`));
    await store(["a/0/y", "a/5000/y"]);
    const thresholds = { eventCount: 2, durationSeconds: 300 };
    const end = await emit(
      randomUUID(),
      { ...settings, thresholds },
      ports({ remaining: () => (16 - world.now) * 1000 }),
    );

    expect(end).to.equal("out-of-time");
    expect(outline().map(([prefix, trigger]) => [prefix, trigger])).to.have.deep.members([
      ["a/0/", "event-count"],
      ["a/5000/", "event-count"],
    ]);
  });

  it("publishes what is closed although closing fails, and looks again", async () => {
    await store(["a/b/x"], 1);
    await store(["c/d/x"]);
    await moveTo(1);
    await beatsUntil(300);
    await moveTo(301);
    await world.test.query("alter table edp.pipeline rename column walked_to_age to away");
    const failures: unknown[] = [];
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        recovers: (error) => failures.push(error) > 0,
        sleep: async () => {
          if (failures.length > 1) {
            await world.test.query("alter table edp.pipeline rename column away to walked_to_age");
          }
        },
      }),
    );

    expect(failures.map((error) => (error as { code: string }).code)).to.deep.equal([
      "42703",
      "42703",
    ]);
    expect(end).to.equal("no-work");
    expect(outline().map(([prefix]) => prefix)).to.deep.equal(["a/b/", "c/d/"]);
  });

  it("looks again after a failure that passes", async () => {
    await store(["a/b/x"], 1);
    let failures = 3;
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        withDatabase: (work) =>
          world.announced.length > 0 && failures-- > 0
            ? Promise.reject(new Error("gone"))
            : work(world.test.db),
        recovers: (error) => (error as Error).message === "gone",
      }),
    );
    expect(end).to.equal("no-work");
    expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 1, published: true }]);
    expect(new Set(world.announced.map(({ batchId }) => batchId)).size).to.equal(1);
  });

  it("closes what can be closed while a prefix is locked", async () => {
    await store(["a/b/x", "c/d/x"]);
    await moveTo(1);
    await beatsUntil(300);
    await moveTo(301);
    const writer = world.test.connect();
    const store20 = { prefixDepth: 2, eventCount: 20 };
    await storeEvents(writer, [objectEvent("a/b/y")], store20, async () => {
      await emit(randomUUID(), settings, ports({ remaining: () => 0 }));
    });
    expect(outline()).to.deep.equal([["c/d/", "duration", 301]]);
  });
});
