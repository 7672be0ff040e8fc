import type { DatabaseAccess } from "../../functions/contract";

/** Who takes object events in. Each is a module of this folder with a function `create`. */
export const contenderNames = [
  "ingest-handler",
  "transaction-per-event",
  "copy-text",
  "copy-binary",
  "graphile-worker",
  "graphile-worker-bulk",
  "pg-boss",
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** What arrives in one round. */
export interface Workload {
  readonly prefixes: number;
  /** Messages of one invocation. */
  readonly batchSize: number;
  readonly batches: number;
  /** Number of the first object event: no two rounds on one database share any. */
  readonly from: number;
}

/** Where a contender stores; the master user may create schemas. */
export interface ContenderAccess extends DatabaseAccess {
  readonly caFile: string;
  readonly master: { readonly user: string; readonly password: string };
  /** Connections, where the contender takes that many. */
  readonly connections: number;
  /** Object events of a prefix that close its batch. */
  readonly eventCount: number;
}

export interface Contender {
  /** Makes the messages of a round: not measured. */
  prepare(workload: Workload): void | Promise<void>;
  /** Stores them, and returns once all is committed: milliseconds of each invocation. */
  run(): Promise<number[]>;
}

/** What a contender's process is told, and answers. */
export type Request = { readonly prepare: Workload } | { readonly run: true };
export type Response =
  { readonly done: true } | { readonly invocationsMs: number[] } | { readonly error: string };

/** Runs `work` for every item, `atOnce` at a time, and returns the milliseconds that each took. */
export async function timed<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  atOnce = 1,
): Promise<number[]> {
  const queue = items.values();
  const times: number[] = [];
  const worker = async () => {
    for (const item of queue) {
      const startedAt = performance.now();
      await work(item);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}
