import { setTimeout as sleep } from "node:timers/promises";
import { fieldsOf, type LogLine } from "../local/log";
import { timeout, type Patience } from "./patience";
import type { LocalQueue } from "../local/queue/queue";
import type { LocalStack } from "../local/stack";
import type { Announced } from "./until-announced";

const lookEveryMs = 100;

/** The messages that ingest rejects: they stay in the queue, as they are tried again for 28 hours. */
export class Rejected {
  readonly #ids = new Set<string>();

  /** A line of the stack's log. */
  add({ text }: LogLine): void {
    if (!text.includes('"message rejected"')) return;
    const { messageId } = (fieldsOf(text) ?? {}) as { messageId?: string };
    if (messageId !== undefined) this.#ids.add(messageId);
  }

  get count(): number {
    return this.#ids.size;
  }

  /** Whether everything in the queue is one of them. */
  isAllOf(queue: LocalQueue): boolean {
    return queue.size <= this.#ids.size && queue.peek().every(({ id }) => this.#ids.has(id));
  }
}

/**
 * Everything that was put on the bus is counted or rejected, and every batch of it announced; or it was
 * not, and why. Resolves with the exit code: 1 also when something was rejected.
 */
export async function untilSettled(
  stack: Pick<LocalStack, "database">,
  queue: LocalQueue,
  rejected: Rejected,
  announced: Announced,
  patience: Patience,
): Promise<number> {
  const { output, stop } = patience;
  const late = timeout(patience);
  let seen = "";
  for (;;) {
    // In this order: what has left the queue is in the database.
    const isRead = rejected.isAllOf(queue);
    const open = await openBatches(stack).catch(() => undefined);
    if (isRead && open === 0) break;
    if (stop.isAsked || late.isOver()) {
      late.clear();
      const when = stop.isAsked ? "yet" : `after ${late.seconds} s in which nothing happened`;
      output.problem(
        `not settled ${when}: ${queue.size} messages wait, ${open ?? "?"} batches are open`,
      );
      return 1;
    }
    const now = `${queue.size} ${open} ${announced.count} ${rejected.count}`;
    if (now !== seen) late.again();
    seen = now;
    await sleep(lookEveryMs);
  }
  late.clear();
  return rejected.count === 0 ? 0 : 1;
}

/** Batches that are not announced. */
async function openBatches({ database }: Pick<LocalStack, "database">): Promise<number> {
  const [row] = await database.query(
    `select (select count(*) from edp.prefix where open)::int
       + (select count(*) from edp.outbox where published_at is null)::int as batches`,
    [],
    "edp",
  );
  return row!["batches"] as number;
}
