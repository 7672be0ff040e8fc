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
  /** Files of a prefix are numbered one after the other, or have names that tell nothing. */
  readonly names?: "numbered" | "hashed";
  /**
   * Files that are written again and again, all of one prefix of their own; the object events go over
   * them one after the other. None: every object event is of a file of its own.
   */
  readonly rewrittenFiles?: number;
  /** Number of the first prefix. @default 0 */
  readonly firstPrefix?: number;
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

/** Stores what came in one message, or one batch of them; resolves once it is committed. */
export type Invocation = () => Promise<unknown>;

export interface Contender {
  /** Invocations at once. */
  readonly atOnce: number;
  /** The invocations of a round, with all that an invocation is given: not measured. */
  prepare(workload: Workload): Invocation[] | Promise<Invocation[]>;
}

/** What a contender's process is told, and answers. */
export type Request = { readonly prepare: Workload } | { readonly run: true };
export type Response =
  { readonly done: true } | { readonly result: RunResult } | { readonly error: string };

/** The measured part of a round: what came before it warmed up caches and connections. */
export interface RunResult {
  readonly ms: number;
  readonly invocationsMs: readonly number[];
}

/** Of a round's invocations, so many are not measured. */
const warmUpShare = 0.2;

export async function run(invocations: readonly Invocation[], atOnce: number): Promise<RunResult> {
  const warmUps = Math.floor(invocations.length * warmUpShare);
  await runAll(invocations.slice(0, warmUps), atOnce);
  const startedAt = performance.now();
  const invocationsMs = await runAll(invocations.slice(warmUps), atOnce);
  return { ms: performance.now() - startedAt, invocationsMs };
}

async function runAll(invocations: readonly Invocation[], atOnce: number): Promise<number[]> {
  const queue = invocations.values();
  const times: number[] = [];
  const worker = async () => {
    for (const invoke of queue) {
      const startedAt = performance.now();
      await invoke();
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}
