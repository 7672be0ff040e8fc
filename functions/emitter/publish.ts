import { announcementOf, type Announcement, type Batch } from "../contract";
import type { FailedAttempt } from "../database";

/** PutEvents takes at most ten entries a call (AWS API reference). */
export const entriesPerCall = 10;
/** Calls at once: with a lease of ten seconds and calls of five at most, one round fits into it. */
export const callsAtOnce = 8;

/** One answer of PutEvents, entry by entry in the order sent; rejects when the call failed. */
export type PutEvents = (
  entries: readonly Announcement[],
) => Promise<readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[]>;

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
  let answers: Awaited<ReturnType<PutEvents>>;
  try {
    answers = await putEvents(batches.map((batch) => announcementOf(batch, partition)));
  } catch (error) {
    if (batches.length > 1 && isRefusal(error)) {
      // One entry that PutEvents will not have refuses the whole call: it must not block the others.
      const alone = batches.map((batch) => publishCall([batch], partition, putEvents, result));
      await Promise.all(alone);
      return;
    }
    const text = String(error);
    result.failed.push(...batches.map(({ batchId }) => ({ batchId, error: text })));
    return;
  }
  batches.forEach(({ batchId }, index) => {
    const answer = answers[index];
    if (answer && answer.ErrorCode === undefined) result.published.push(batchId);
    else result.failed.push({ batchId, error: reasonOf(answer) });
  });
}

function reasonOf(answer: { ErrorCode?: string; ErrorMessage?: string } | undefined): string {
  return answer ? `${answer.ErrorCode}: ${answer.ErrorMessage ?? ""}` : "no answer for this entry";
}

/** Whether the call's content was refused, which another try of the same call cannot change. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(ValidationException|RequestEntityTooLarge)/.test(error.name);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
