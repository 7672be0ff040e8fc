import { expect } from "chai";
import type { TestStack } from "../support/local-stack";
import { waitFor } from "../support/wait-for";
import { asSuperuser } from "./session";
import { emitter, ingest, patienceMs, startFastStack, underLoad } from "./under-load";

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
        // Its prefixes are locked then, and its ledger rows are not in yet.
        await session.query("begin; lock table edp.ledger in share mode");
        let pids: number[] = [];
        const isInTheMiddle = async () => {
          const { rows } = await session.query<{ pid: number }>(
            `select pid from pg_locks waiting join pg_locks held using (pid)
             where waiting.relation = 'edp.ledger'::regclass and not waiting.granted
               and held.relation = 'edp.prefix'::regclass and held.mode = 'RowShareLock'`,
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
