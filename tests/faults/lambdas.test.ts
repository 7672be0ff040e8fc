import { expect } from "chai";
import type { TestStack } from "../../support/local-stack";
import { waitFor } from "../../support/wait-for";
import { asSuperuser } from "./session";
import { emitter, ingest, patienceMs, startFastStack, underLoad } from "./under-load";

const lastPrefix = `select from edp.prefix
  where starts_with(prefix, 'ingest-killed/') order by prefix_id desc limit 1`;

describe("faults of the Lambdas", () => {
  let test: TestStack;
  before(async () => {
    test = await startFastStack();
  });
  after(() => test.stop());

  it("counts every object event once when ingest is killed in the middle of a transaction", async () => {
    const ended = () =>
      test.logs.filter(({ text }) => text.includes(`the process of ${ingest} ended`)).length;

    await underLoad(test, "ingest-killed", () =>
      asSuperuser(test, async (session) => {
        // It waits for a prefix, with the locks of those before it, and has written nothing yet.
        await waitFor(
          "a prefix",
          async () => (await session.query(lastPrefix)).rows.length > 0,
          patienceMs,
        );
        await session.query(`begin; ${lastPrefix} for update`);
        let pids: number[] = [];
        const isInTheMiddle = async () => {
          await session.query("select pg_stat_clear_snapshot()"); // or it stays what it was
          const { rows } = await session.query<{ pid: number }>(
            `select pid from pg_stat_activity
             where pg_backend_pid() = any (pg_blocking_pids(pid)) and query like '%with locked as%'`,
          );
          pids = rows.map(({ pid }) => pid);
          return pids.length > 0;
        };
        await waitFor("an ingest in the middle", isInTheMiddle, patienceMs);
        test.stack.lambda(ingest).kill();
        await waitFor("the end of its processes", () => ended() >= pids.length, patienceMs);
        await session.query("rollback");
        await waitFor(
          "the end of its sessions",
          async () => {
            const left = await session.query(
              "select from pg_stat_activity where pid = any ($1::integer[])",
              [pids],
            );
            return left.rows.length === 0;
          },
          patienceMs,
        );
      }),
    );
  });

  it("announces the same batches again when the emitter is killed before it noted them", async () => {
    const { endpoint } = test.stack;
    let cut: string[] = [];
    try {
      await underLoad(test, "emitter-killed", async () => {
        endpoint.fault = ({ entries }) => {
          const announced = entries.filter((e) => e.DetailType === "package-objects-ready");
          if (cut.length > 0 || announced.length === 0) return undefined;
          cut = announced.map((e) => (JSON.parse(e.Detail!) as { batchId: string }).batchId);
          // As soon as the call has acted, and before anybody can hear of it.
          queueMicrotask(() => test.stack.lambda(emitter).kill());
          return { loseAnswer: true };
        };
        await waitFor("the second copies", () => copies(cut).every((n) => n > 1), patienceMs);
      });
    } finally {
      endpoint.fault = () => undefined;
    }

    const rows = await test.stack.database.query(
      "select distinct attempts from edp.outbox where batch_id = any ($1::uuid[])",
      [cut],
      "edp",
    );
    expect(rows).to.deep.equal([{ attempts: 1 }]); // the first was never noted
  });

  /** How often each of these batches was announced; one entry at the least. */
  const copies = (batchIds: readonly string[]) =>
    batchIds.length === 0
      ? [0]
      : batchIds.map((id) => test.announced.filter(({ detail }) => detail.batchId === id).length);
});
