import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { isEmitterAwake, wantLease } from "../../../functions/database";
import { emit } from "../../../functions/emitter/emit";
import type { EmitterPorts } from "../../../functions/emitter/ports";
import { emitterSettings as settings, emitterWorld, silentLog } from "../../support/emitter-world";
describe("emit, two runs", () => {
  const world = emitterWorld();
  const { moveTo, beatsUntil, store, ports, note, outline, outbox } = world;

  it("hands over to the next run, and the two announce everything once", async () => {
    await store(["a/b/x"]);
    const second = randomUUID();
    let asked = false;
    const first = await emit(
      randomUUID(),
      settings,
      ports({
        sleep: async (ms) => {
          await moveTo(world.now + ms / 1000);
          if (world.now === 60)
            asked = (await wantLease(world.test.connect(), second)) === "waiting";
        },
      }),
    );
    expect(first).to.equal("handed-over");
    expect(asked).to.equal(true);
    await beatsUntil(240);
    await moveTo(299);
    expect(await emit(second, settings, ports())).to.equal("no-work");
    expect(outline()).to.deep.equal([["a/b/", "duration", 300]]);
  });

  it("ends when a newer run waits for the lease", async () => {
    await wantLease(world.test.db, randomUUID());
    const newer = randomUUID();
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        sleep: async () => {
          await wantLease(world.test.connect(), newer);
        },
      }),
    );
    expect(end).to.equal("superseded");
  });

  it("publishes the same batch again after it died between PutEvents and its note", async () => {
    await store(["a/b/x"], 1);
    const died = emit(
      randomUUID(),
      settings,
      ports({
        putEvents: async (entries) => {
          entries.forEach(note);
          await moveTo(world.now + 11); // its lease runs out
          throw new Error("killed");
        },
        withDatabase: async (work) => {
          if (world.announced.length > 0) throw new Error("killed");
          return work(world.test.db);
        },
      }),
    );
    expect(await died.catch(String)).to.equal("Error: killed");
    expect(await emit(randomUUID(), settings, ports())).to.equal("no-work");

    expect(world.announced).to.have.lengthOf(2);
    expect(world.announced[0]!.batchId).to.equal(world.announced[1]!.batchId);
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
          await moveTo(world.now + 11);
          expect(await wantLease(world.test.connect(), other)).to.equal("held");
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
    await beatsUntil(300);
    await moveTo(301);
    const [other, rival] = [randomUUID(), world.test.connect()];
    let asked = false;
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        log: {
          ...silentLog,
          closed: () => {
            asked = true;
          },
        },
        putEvents: (entries) => Promise.resolve(entries.map(note)),
        withDatabase: async (work) => {
          if (asked) await wantLease(rival, other);
          return work(world.test.db);
        },
      }),
    );
    expect(end).to.equal("handed-over");
    expect(world.announced).to.deep.equal([]);
  });

  it("leaves nothing behind that an ingest committed while it was ending", async () => {
    let late = true;
    const db = world.test.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: ({ result }) => Promise.resolve(result),
    });
    const end = await emit(
      randomUUID(),
      settings,
      ports({
        withDatabase: async (work) => {
          const awake = await isEmitterAwake(world.test.connect());
          const result = await work(db);
          // right after the lease was given back
          if (late && awake && !(await isEmitterAwake(world.test.connect()))) {
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
    const withDatabase: EmitterPorts["withDatabase"] = async (work) => {
      const wasAwake = await isEmitterAwake(world.test.db);
      const result = await work(world.test.db);
      if (lost || !wasAwake || (await isEmitterAwake(world.test.db))) return result;
      lost = true;
      await store(["a/b/x"], 1); // by an ingest that saw the lease still held, and woke nobody
      throw new Error("gone");
    };
    const recovers = (error: unknown) => (error as Error).message === "gone";
    expect(await emit(randomUUID(), settings, ports({ withDatabase, recovers }))).to.equal(
      "no-work",
    );
    expect(lost).to.equal(true);
    expect(outline()).to.deep.equal([["a/b/", "event-count", 1]]);
  });
});
