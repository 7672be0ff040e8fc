import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { storeEvents } from "../../../functions/database";
import { emit } from "../../../functions/emitter/emit";
import { emitterSettings as settings, emitterWorld, silentLog } from "../../support/emitter-world";
import { objectEvent } from "../../support/object-events";

describe("emit, closing", () => {
  const world = emitterWorld();
  const { moveTo, beatsUntil, store, ports, note, outline, outbox } = world;

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
