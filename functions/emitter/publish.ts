import {
  announcementOf,
  errorText,
  limits,
  refusalOf,
  valueText,
  type Announcement,
  type Batch,
} from "../contract";
import type { FailedAttempt } from "../database";

/** PutEvents takes at most ten entries a call (AWS API reference). */
export const entriesPerCall = 10;
/** Calls at once: a round of them fits into the lease, since a call ends after half of it. */
export const callsAtOnce = 8;
/** When the first so many entries that are tried alone fail as the call did, the others would too. */
const triesAlone = 2;

/**
 * Resolves to PutEvents' answer, which is a list in the order of the entries, and nothing that can be
 * relied on: it comes from outside. Rejects when the call failed.
 */
export type PutEvents = (entries: readonly Announcement[]) => Promise<unknown>;

export interface PublishPorts {
  readonly putEvents: PutEvents;
  /** Milliseconds that this run still has. */
  remaining(): number;
}

/** What became of each batch. */
export interface PublishResult {
  readonly published: string[];
  readonly failed: FailedAttempt[];
}

interface Entry {
  readonly batchId: string;
  readonly announcement: Announcement;
}

/** Publishes batches, ten a call, eight calls at once. Never rejects: a failure is a result. */
export async function publish(
  batches: readonly Batch[],
  partition: string,
  ports: PublishPorts,
): Promise<PublishResult> {
  const result: PublishResult = { published: [], failed: [] };
  const calls = chunks(entriesOf(batches, partition, result), entriesPerCall);
  const until = ports.remaining() - limits.putEventsAgain * 1000;
  const worker = async () => {
    for (let call = calls.shift(); call; call = calls.shift()) {
      const failure = await publishCall(call, ports, result);
      if (failure?.isRefusal && call.length > 1) {
        await publishAlone(call, failure.text, until, ports, result);
      } else if (failure) fail(call, failure.text, result);
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
  return result;
}

/** A batch that cannot be made an entry fails alone. */
function entriesOf(batches: readonly Batch[], partition: string, result: PublishResult): Entry[] {
  return batches.flatMap((batch) => {
    try {
      return { batchId: batch.batchId, announcement: announcementOf(batch, partition) };
    } catch (error) {
      fail([batch], errorText(error), result);
      return [];
    }
  });
}

/** Returns why the whole call failed, if it did; what became of each entry is noted otherwise. */
async function publishCall(
  entries: readonly Entry[],
  { putEvents }: PublishPorts,
  result: PublishResult,
): Promise<{ readonly text: string; readonly isRefusal: boolean } | undefined> {
  let refusals: (string | undefined)[];
  try {
    const announcements = entries.map(({ announcement }) => announcement);
    refusals = refusalsOf(await putEvents(announcements), entries.length);
  } catch (error) {
    return { text: errorText(error), isRefusal: isRefusal(error) };
  }
  entries.forEach((entry, index) => {
    const error = refusals[index];
    if (error === undefined) result.published.push(entry.batchId);
    else fail([entry], error, result);
  });
  return undefined;
}

/**
 * The entries of a refused call one by one: one that PutEvents will not have must not block the others.
 * When the first of them fail too, nobody's entry is at fault, but a permission, say: that must not make
 * ten times as many calls for ever. Which are the first depends on the clock: entries that are refused
 * side by side must not block the others for ever either.
 */
async function publishAlone(
  entries: readonly Entry[],
  refused: string,
  until: number,
  ports: PublishPorts,
  result: PublishResult,
): Promise<void> {
  const { length } = entries;
  const first = Math.abs(Math.trunc(ports.remaining())) % length;
  let wasAnswered = false;
  for (let tried = 0; tried < length; tried++) {
    const entry = entries[(first + tried) % length]!;
    const isHopeless = !wasAnswered && tried >= triesAlone;
    if (isHopeless || ports.remaining() <= until) {
      fail([entry], refused, result);
      continue;
    }
    const failure = await publishCall([entry], ports, result);
    if (failure) fail([entry], failure.text, result);
    else wasAnswered = true;
  }
}

function fail(
  entries: readonly { readonly batchId: string }[],
  error: string,
  result: PublishResult,
): void {
  result.failed.push(...entries.map(({ batchId }) => ({ batchId, error })));
}

/** Of each entry why it was not taken; undefined when it was. Throws when the answer is no list. */
function refusalsOf(answers: unknown, count: number): (string | undefined)[] {
  if (!Array.isArray(answers)) {
    throw new Error(`PutEvents answered ${valueText(answers)}, which is no list of entries`);
  }
  return Array.from({ length: count }, (_, index) => {
    const answer: unknown = answers[index];
    return refusalOf(answer);
  });
}

/**
 * Whether the call was refused for what is in it, which one entry may be the cause of: any answer that
 * blames the caller (AccessDenied, Validation, Serialization, RequestEntityTooLarge), but not for its pace.
 */
function isRefusal(error: unknown): boolean {
  const { name, $metadata } = (error ?? {}) as {
    readonly name?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode;
  if (typeof status !== "number" || status < 400 || status >= 500) return false;
  const isPace = typeof name === "string" && /throttl|LimitExceeded|SlowDown|TooMany/i.test(name);
  return !isPace && status !== 408 && status !== 429;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
