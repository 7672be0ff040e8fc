import {
  errorText,
  parseMessage,
  prefixOf,
  valueText,
  type Intake,
  type Message,
  type ObjectEvent,
} from "../contract";
import type { Settings } from "./settings";

/** One message of the object queue, as far as ingest needs it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
}

/** A message that cannot be processed, and why. */
export interface Rejection {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly reason: string;
  readonly detail: string;
}

/** An object event, with the message that it came in. */
export type ReceivedEvent = ObjectEvent & Pick<QueueMessage, "messageId" | "receiveCount">;

/** The messages of one invocation, judged one by one. */
export interface JudgedMessages {
  readonly events: ReceivedEvent[];
  readonly beats: Date[];
  readonly ignored: number;
  readonly rejected: Rejection[];
}

type Judged =
  Message | { kind: "rejected"; reason: "nul-in-prefix" | "not-judged"; detail: string };

/** Events from the last day before the ledger forgets are refused: clocks and days are not exact. */
const safetyDays = 1;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Judges every message on its own: a bad one never keeps its neighbours from being counted.
 * `forgottenBefore` is the ledger's: a retention that was raised does not bring back what is gone.
 */
export function judgeMessages(
  messages: readonly QueueMessage[],
  settings: Pick<Settings, "bucket" | "ignorePatterns" | "prefixDepth" | "retentionDays">,
  now: Date,
  forgottenBefore: Date | null = null,
): JudgedMessages {
  const intake = {
    bucket: settings.bucket,
    ignores: (key: string) => settings.ignorePatterns.ignores(key),
    oldest: new Date(
      Math.max(
        now.getTime() - (settings.retentionDays - safetyDays) * dayMs,
        (forgottenBefore?.getTime() ?? 0) + safetyDays * dayMs,
      ),
    ),
    newest: new Date(now.getTime() + dayMs),
  };
  const judged: JudgedMessages & { ignored: number } = {
    events: [],
    beats: [],
    ignored: 0,
    rejected: [],
  };
  for (const { messageId, body, receiveCount } of messages) {
    const message = judge(body, intake, settings.prefixDepth);
    if (message.kind === "object") {
      judged.events.push({ ...message.event, messageId, receiveCount });
    } else if (message.kind === "heartbeat") judged.beats.push(message.sentAt);
    else if (message.kind === "ignored") judged.ignored++;
    else {
      const { reason, detail } = message;
      judged.rejected.push({ messageId, receiveCount, reason, detail });
    }
  }
  return judged;
}

/** Whatever is thrown here is about this message, and must not come over its neighbours. */
function judge(body: string, intake: Intake, prefixDepth: number): Judged {
  try {
    return storable(parseMessage(body, intake), prefixDepth);
  } catch (error) {
    return { kind: "rejected", reason: "not-judged", detail: errorText(error) };
  }
}

/** PostgreSQL's text has no NUL. In a file's name it does no harm: the ledger keeps no keys. */
function storable(message: Message, prefixDepth: number): Judged {
  if (message.kind !== "object") return message;
  const prefix = prefixOf(message.event.key, prefixDepth);
  if (!prefix.includes("\0")) return message;
  return { kind: "rejected", reason: "nul-in-prefix", detail: `prefix is ${valueText(prefix)}` };
}
