import { setTimeout as sleep } from "node:timers/promises";
import type { LocalFunction } from "../lambda/function";
import type { LocalQueue, QueueRecord } from "./queue";

export interface MappingSpec {
  readonly batchSize: number;
  /** Seconds, by the clock of the machine. */
  readonly windowSeconds: number;
  readonly maximumConcurrency: number;
  readonly reportsFailures: boolean;
}

/** Lambda's limit for the payload of an invocation (AWS Lambda quotas), less some room. */
const maxPayloadBytes = 6 * 1024 * 1024 - 64 * 1024;
const pollMs = 50;

/** The body of an event source mapping: gathers messages, invokes, deletes what succeeded. */
export class EventSourceMapping {
  readonly #queue: LocalQueue;
  readonly #function: LocalFunction;
  readonly #spec: MappingSpec;
  readonly #onError: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    queue: LocalQueue,
    target: LocalFunction,
    spec: MappingSpec,
    onError: (error: unknown) => void,
  ) {
    this.#queue = queue;
    this.#function = target;
    this.#spec = spec;
    this.#onError = onError;
  }

  start(): void {
    this.#loop = this.#poll();
  }

  /** Takes no more messages; resolves when the invocations under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    await Promise.all(this.#underWay);
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      if (this.#isFull() || this.#queue.visible === 0) {
        await sleep(pollMs);
        continue;
      }
      for (const batch of payloads(await this.#gather())) {
        // Without one, what was taken comes back after the visibility timeout.
        if (!(await this.#hasSlot())) return;
        const done = this.#invoke(batch).finally(() => this.#underWay.delete(done));
        this.#underWay.add(done);
      }
    }
  }

  /** Waits until another invocation may start; false: it is stopped. */
  async #hasSlot(): Promise<boolean> {
    while (this.#isFull() && !this.#stopped) await sleep(pollMs);
    return !this.#stopped;
  }

  #isFull(): boolean {
    return this.#underWay.size >= this.#spec.maximumConcurrency;
  }

  /** A full batch immediately, a smaller one when the window is over. */
  async #gather(): Promise<QueueRecord[]> {
    const { batchSize, windowSeconds } = this.#spec;
    const until = Date.now() + windowSeconds * 1000;
    const records = this.#queue.receive(batchSize);
    while (
      records.length > 0 &&
      records.length < batchSize &&
      Date.now() < until &&
      !this.#stopped
    ) {
      await sleep(Math.min(pollMs, Math.max(1, until - Date.now())));
      records.push(...this.#queue.receive(batchSize - records.length));
    }
    return records;
  }

  async #invoke(records: QueueRecord[]): Promise<void> {
    const ids = records.map(({ messageId }) => messageId);
    try {
      const response = await this.#function.invoke({ Records: records });
      const failed = this.#spec.reportsFailures ? failuresOf(response, ids) : [];
      this.#queue.delete(ids.filter((id) => !failed.includes(id)));
    } catch (error) {
      this.#onError(error); // everything comes back after the visibility timeout
    }
  }
}

/**
 * No list is success, as an empty one; an answer that does not make sense fails the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
function failuresOf(response: unknown, ids: string[]): string[] {
  const { batchItemFailures } = (response ?? {}) as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return ids;
  const failed = (batchItemFailures as ({ itemIdentifier?: unknown } | null)[]).map(
    (failure) => failure?.itemIdentifier,
  );
  const known = failed.filter((id): id is string => typeof id === "string" && ids.includes(id));
  return known.length === failed.length ? known : ids;
}

function payloads(records: QueueRecord[]): QueueRecord[][] {
  const batches: QueueRecord[][] = [];
  let bytes = maxPayloadBytes;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes + size > maxPayloadBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(record);
    bytes += size;
  }
  return batches;
}
