import type { LocalQueue } from "../queue/queue";
import type { DeadLetter } from "./messages";

/** Shown of each kind; more of them say the same. */
const mostShown = 50;
const mostReasons = 10_000;
const bodyCharacters = 2_000;

/** The messages that ingest rejects, with its reason, from their first sight to the dead letters. */
export class DeadLetters {
  readonly #reasons = new Map<string, { reason: string; detail: string }>();

  /** Reads a line of ingest's log. */
  add(text: string): void {
    if (!text.includes('"message rejected"')) return;
    const { messageId, reason, detail } = JSON.parse(text) as Record<string, string>;
    this.#reasons.set(messageId ?? "", { reason: reason ?? "", detail: detail ?? "" });
    if (this.#reasons.size > mostReasons) this.#reasons.delete(this.#reasons.keys().next().value!);
  }

  list(queues: ReadonlyMap<string, LocalQueue>): DeadLetter[] {
    return [...queues].flatMap(([name, queue]) => {
      const isDead = queue.spec.redrive === undefined;
      return (isDead || this.#reasons.size > 0 ? queue.peek() : [])
        .filter(({ id }) => isDead || this.#reasons.has(id))
        .slice(0, mostShown)
        .map(({ id, body, sentAt }) => ({
          ...{ id, queue: name, isDead, sentAt, body: body.slice(0, bodyCharacters) },
          ...(this.#reasons.get(id) ?? {
            reason: "undelivered",
            detail: "its target refused it: see the line FailedInvocations",
          }),
        }));
    });
  }
}
