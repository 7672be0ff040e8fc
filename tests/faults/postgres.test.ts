import { expect } from "chai";
import type { TestStack } from "../../support/local-stack";
import { waitFor } from "../../support/wait-for";
import { asSuperuser } from "./session";
import { emitter, ingest, patienceMs, startFastStack, underLoad } from "./under-load";

describe("faults of PostgreSQL", () => {
  let test: TestStack;
  before(async () => {
    test = await startFastStack();
  });
  after(() => test.stop());

  /** Lines of a Lambda's log, from now on. */
  const linesSince = (from: string, pattern: RegExp) => {
    const start = test.logs.length;
    return () => test.logs.slice(start).filter((l) => l.from === from && pattern.test(l.text));
  };

  it("counts every object event once when PostgreSQL is killed under load", async () => {
    const startedAt = async () =>
      (await test.stack.database.query("select pg_postmaster_start_time()::text as at"))[0]!["at"];
    const failed = linesSince(ingest, /ECONNREFUSED/);
    const starts = [await startedAt()];

    await underLoad(test, "killed", async () => {
      for (let kill = 1; kill <= 2; kill++) {
        const before = failed().length;
        await test.stack.database.kill();
        await waitFor("a failed ingest", () => failed().length > before, patienceMs);
        await test.stack.database.start();
        starts.push(await startedAt());
        const stored = linesSince(ingest, /"stored":[1-9]/);
        await waitFor("the next stored object events", () => stored().length > 0, patienceMs);
      }
    });

    expect(new Set(starts).size).to.equal(3);
  });

  it("counts every object event once when its sessions are terminated again and again", async () => {
    const failed = [ingest, emitter].map((from) => linesSince(from, /terminat/i));
    let terminated = 0;
    let inTransaction = 0;

    await underLoad(test, "terminated", () =>
      asSuperuser(test, async (session) => {
        await waitFor(
          "enough terminated sessions",
          async () => {
            const { rows } = await session.query<{ active: boolean }>(
              `with ours as materialized (
                 select pid, xact_start is not null as active from pg_stat_activity
                 where usename = 'edp_runtime'
               )
               select active from ours where pg_terminate_backend(pid)`,
            );
            terminated += rows.length;
            inTransaction += rows.filter(({ active }) => active).length;
            return terminated >= 50 && inTransaction >= 10 && failed.every((f) => f().length > 0);
          },
          patienceMs,
        );
      }),
    );
  });

  /**
   * A trigger speaks for the disk. A real full one needs a file system of its own, which only root
   * can mount, and a limit on the size of files (RLIMIT_FSIZE) is no full disk to PostgreSQL: it says
   * XX000, "File too large" (tried on 17). So the tables that grow answer as they do when their file
   * cannot be extended; what is not tried is a full disk under the write-ahead log, which ends the
   * server: the test above has that.
   */
  it("counts every object event once when the disk is full and then has room again", async () => {
    const tables = ["ledger", "outbox", "heartbeat"];
    // Both say so and go on: neither takes it for a failure that stays.
    const failed = [ingest, emitter].map((from) =>
      linesSince(from, /database failed.*No space left/),
    );

    await underLoad(test, "full", () =>
      asSuperuser(test, async (session) => {
        await session.query(`
          create function edp.disk_is_full() returns trigger language plpgsql as $$
          begin
            raise 'could not extend file: No space left on device' using errcode = 'disk_full';
          end $$`);
        for (const table of tables) {
          await session.query(
            `create trigger disk_is_full before insert on edp.${table}
             for each statement execute function edp.disk_is_full()`,
          );
        }
        const refused: unknown = await session
          .query("insert into edp.heartbeat default values")
          .catch((error: unknown) => error);
        expect(refused).to.include({ code: "53100" });
        await waitFor(
          "failures of both Lambdas",
          () => failed.every((lines) => lines().length >= 3),
          patienceMs,
        );
        await session.query("drop function edp.disk_is_full() cascade");
      }),
    );
  });
});
