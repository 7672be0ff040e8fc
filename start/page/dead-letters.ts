import { fieldsOf } from "../../local/log";
import type { LocalQueue } from "../../local/queue/queue";
import type { DeadLetter } from "./messages";

/** Shown of each kind; more of them say the same. */
const maxShown = 50;
const maxReasons = 10_000;
const bodyCharacters = 2_000;

type Fields = Partial<Record<"messageId" | "reason" | "detail", string>>;

/** The messages that ingest rejects, with its reason, from their first sight to the dead letters. */
export class DeadLetters {
  readonly #reasons = new Map<string, { reason: string; detail: string }>();

  /** Reads a line of ingest's log. */
  add(text: string): void {
    if (!text.includes('"message rejected"')) return;
    const { messageId, reason = "", detail = "" } = (fieldsOf(text) ?? {}) as Fields;
    if (messageId === undefined) return;
    this.#reasons.set(messageId, { reason, detail });
    if (this.#reasons.size > maxReasons) this.#reasons.delete(this.#reasons.keys().next().value!);
  }

  list(queues: ReadonlyMap<string, LocalQueue>): DeadLetter[] {
    const redrives = [...queues.values()].flatMap(({ spec }) => spec.redrive ?? []);
    return [...queues].flatMap(([name, queue]) => {
      const isDead = queue.spec.redrive === undefined;
      const redrive = redrives.find((one) => one.deadLetterTargetArn === queue.spec.arn);
      return (isDead || this.#reasons.size > 0 ? queue.peek() : [])
        .filter(({ id }) => isDead || this.#reasons.has(id))
        .slice(0, maxShown)
        .map(({ id, body, sentAt }) => ({
          id,
          queue: name,
          isDead,
          sentAt,
          body: body.slice(0, bodyCharacters),
          ...(this.#reasons.get(id) ?? reasonOf(redrive)),
        }));
    });
  }
}

/** Of a message that ingest never rejected: it never got there, or ingest failed as a whole. */
function reasonOf(redrive: { readonly maxReceiveCount: number } | undefined) {
  if (redrive === undefined) {
    return {
      reason: "undelivered",
      detail: "its target refused it: see the line FailedInvocations",
    };
  }
  return {
    reason: "given up",
    detail: `ingest failed, or took too long, ${redrive.maxReceiveCount} times: see its log`,
  };
}
