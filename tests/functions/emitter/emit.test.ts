import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { isEmitterAwake, recordBeats } from "../../../functions/database";
import { emit } from "../../../functions/emitter/emit";
import type { EmitterPorts } from "../../../functions/emitter/ports";
import { beatAt, emitterSettings as settings, emitterWorld } from "../../support/emitter-world";

describe("emit", () => {
  const world = emitterWorld();
  const { moveTo, store, ports, note, outline, outbox } = world;

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
});
