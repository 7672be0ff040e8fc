import {
  announcementOf,
  errorText,
  refusalOf,
  valueText,
  type Announcement,
  type Batch,
} from "../contract";
import type { FailedAttempt } from "../database";

/** PutEvents takes at most ten entries a call (AWS API reference). */
export const entriesPerCall = 10;
/** Calls at once: with a lease of ten seconds and calls of five at most, one round fits into it. */
export const callsAtOnce = 8;

/**
 * Resolves to PutEvents' answer, which is a list in the order of the entries, and nothing that can be
 * relied on: it comes from outside. Rejects when the call failed.
 */
export type PutEvents = (entries: readonly Announcement[]) => Promise<unknown>;

/** What became of each batch. */
export interface PublishResult {
  readonly published: string[];
  readonly failed: FailedAttempt[];
}

/** Publishes batches, ten a call, eight calls at once. Never rejects: a failure is a result. */
export async function publish(
  batches: readonly Batch[],
  partition: string,
  putEvents: PutEvents,
): Promise<PublishResult> {
  const result: PublishResult = { published: [], failed: [] };
  const calls = chunks(batches, entriesPerCall);
  const worker = async () => {
    for (let call = calls.shift(); call; call = calls.shift()) {
      await publishCall(call, partition, putEvents, result);
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
  return result;
}

async function publishCall(
  batches: readonly Batch[],
  partition: string,
  putEvents: PutEvents,
  result: PublishResult,
): Promise<void> {
  let refusals: (string | undefined)[];
  try {
    const entries = batches.map((batch) => announcementOf(batch, partition));
    refusals = refusalsOf(await putEvents(entries), entries.length);
  } catch (error) {
    const text = errorText(error);
    if (batches.length > 1 && isRefusal(text)) {
      // One entry that PutEvents will not have refuses the whole call: it must not block the others.
      const alone = batches.map((batch) => publishCall([batch], partition, putEvents, result));
      await Promise.all(alone);
      return;
    }
    result.failed.push(...batches.map(({ batchId }) => ({ batchId, error: text })));
    return;
  }
  batches.forEach(({ batchId }, index) => {
    const error = refusals[index];
    if (error === undefined) result.published.push(batchId);
    else result.failed.push({ batchId, error });
  });
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

/** Whether the call's content was refused, which another try of the same call cannot change. */
function isRefusal(error: string): boolean {
  return /^(ValidationException|RequestEntityTooLarge)/.test(error);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
