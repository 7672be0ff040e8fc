import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { sql } from "kysely";
import { runtimeRole } from "../../../functions/contract";
import type { Connection, Db } from "../../../functions/database";
import { databasePort } from "../../../functions/emitter/database-port";
import { emit } from "../../../functions/emitter/emit";
import { emitterSettings as settings, emitterWorld } from "../../support/emitter-world";
import { connectionTo } from "../../../support/postgres";

describe("databasePort", () => {
  const world = emitterWorld();
  let connection: Connection;
  let survived: unknown[];
  beforeEach(async () => {
    connection = await connectionTo(world.test);
    survived = [];
  });
  afterEach(() => connection.close());

  const port = () =>
    databasePort(connection, (error) => survived.push((error as { code?: unknown }).code));
  /** Fails with these, one after the other, and then no more. */
  const failing = (...states: string[]) => {
    const left = [...states];
    const work = (db: Db) => {
      const code = left.shift();
      if (code !== undefined) return Promise.reject(Object.assign(new Error("x"), { code }));
      return sql`select 1`.execute(db);
    };
    return { work, left };
  };
  const stateOf = (result: Promise<unknown>) =>
    result.then(
      () => "done",
      (error: unknown) => (error as { code?: unknown }).code,
    );

  it("tries once more immediately, also after an error that nobody has thought of", async () => {
    for (const state of ["57P01", "25006", "0A000", "XX000"]) {
      expect(await stateOf(port().withDatabase(failing(state).work)), state).to.equal("done");
      const twice = failing(state, state, state);
      expect(await stateOf(port().withDatabase(twice.work)), state).to.equal(state);
      expect(twice.left, state).to.have.lengthOf(1);
    }
  });

  it("tries nothing again after a lock timeout, or for a value that cannot be stored", async () => {
    for (const state of ["55P03", "22003"]) {
      expect(await stateOf(port().withDatabase(failing(state).work)), state).to.equal(state);
    }
  });

  it("gets a run over what passes, and over nothing else", () => {
    const recovers = (code: string) => port().recovers(Object.assign(new Error("x"), { code }));
    expect(["57P01", "25006"].map(recovers)).to.deep.equal([true, true]);
    expect(["0A000", "42P01", "XX000"].map(recovers)).to.deep.equal([false, false, false]);
    expect(survived).to.deep.equal(["57P01", "25006"]);
  });

  describe("in a run", () => {
    const { ports, store, outbox } = world;
    const setRole = (setting: string) =>
      world.test.query(
        `alter role ${runtimeRole} in database ${world.test.name}
           ${setting}`,
      );

    it("emits with a session that was opened while the server could not write", async () => {
      await store(["a/b/x"], 1);
      await setRole("set default_transaction_read_only = on");
      await connection.withSession((db) => sql`select 1`.execute(db));
      await setRole("reset default_transaction_read_only");

      expect(await emit(randomUUID(), settings, ports(port()))).to.equal("no-work");
      expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 1, published: true }]);
    });

    it("goes on once the server can write again, mid-run", async () => {
      await store(["a/b/x"], 1);
      let looks = 0;
      const end = await emit(
        randomUUID(),
        settings,
        ports({
          ...port(),
          putEvents: async (entries) => {
            if (looks === 0) {
              await setRole("set default_transaction_read_only = on");
              connection.close(); // the failover
            }
            return entries.map(world.note);
          },
          sleep: async () => {
            if (++looks === 2) await setRole("reset default_transaction_read_only");
          },
        }),
      );
      expect(end).to.equal("no-work");
      expect(survived).to.deep.equal(["25006", "25006"]);
      expect(await outbox()).to.deep.equal([{ prefix: "a/b/", attempts: 1, published: true }]);
    });

    it("ends with the error that no session mends", async () => {
      await store(["a/b/x"], 1);
      await world.test.query(`revoke update on edp.pipeline from ${runtimeRole}`);
      expect(await stateOf(emit(randomUUID(), settings, ports(port())))).to.equal("42501");

      await world.test.query(`grant update on edp.pipeline to ${runtimeRole}`);
      const inTheMiddle = emit(
        randomUUID(),
        settings,
        ports({
          ...port(),
          putEvents: async (entries) => {
            await world.test.query(`revoke insert, update on edp.outbox from ${runtimeRole}`);
            return entries.map(world.note);
          },
        }),
      );
      expect(await stateOf(inTheMiddle)).to.equal("42501");
      expect(survived).to.deep.equal([]);
    });
  });
});
