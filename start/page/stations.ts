import type { Rule } from "../../local/events/bus";
import type { LocalFunction } from "../../local/lambda/function";
import type { LocalQueue } from "../../local/queue/queue";
import type { LocalStack } from "../../local/stack";
import type { Counts } from "./messages";
import type { MetricSums } from "./metric-sums";

/** The bodies whose counts the page shows. */
export interface Stations {
  readonly rule: Rule;
  readonly queue: LocalQueue;
  readonly deadLetterQueues: readonly LocalQueue[];
  readonly ingest: LocalFunction;
  readonly emitter: LocalFunction;
}

/** The program's names end as the stations are called. Throws when one is missing. */
export function stationsOf(stack: LocalStack): Stations {
  return {
    rule: ending(stack.rules, "-object-events"),
    queue: ending(stack.queues, "-object-events"),
    deadLetterQueues: [...stack.queues.values()].filter(({ spec }) => spec.redrive === undefined),
    ingest: ending(stack.lambdas, "-ingest"),
    emitter: ending(stack.lambdas, "-emitter"),
  };
}

export function readCounts(
  { rule, queue, deadLetterQueues, ingest, emitter }: Stations,
  metrics: MetricSums,
  {
    everyObjectEvent,
    open,
    arrived,
  }: { readonly everyObjectEvent: number; readonly open: number; readonly arrived: number },
): Counts {
  return {
    at: Date.now(),
    objectEvents: rule.counts.triggered,
    ignoredByRule: Math.max(0, everyObjectEvent - rule.counts.triggered),
    invocations: rule.counts.invocations,
    failedInvocations: rule.counts.failed,
    waiting: queue.size,
    stored: metrics.get("ObjectEventsStored"),
    duplicates: metrics.get("DuplicatesDropped"),
    ignored: metrics.get("ObjectEventsIgnored"),
    rejected: metrics.get("MessagesRejected"),
    ingestInvocations: ingest.counts.invocations,
    ingestErrors: ingest.counts.errors,
    open,
    emitterInvocations: emitter.counts.invocations,
    emitterErrors: emitter.counts.errors,
    published: arrived,
    deadLetters: deadLetterQueues.reduce((sum, { size }) => sum + size, 0),
  };
}

function ending<T>(all: ReadonlyMap<string, T>, end: string): T {
  const [, found] = [...all].find(([name]) => name.endsWith(end)) ?? [];
  if (found === undefined) throw new Error(`the program has nothing that is called …${end}`);
  return found;
}
