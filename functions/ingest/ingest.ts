import { parseMessage, prefixOf, type Message, type ObjectEvent } from "../contract";
import { isEmitterAwake, recordBeats, storeEvents, type Db, type StoreResult } from "../database";
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

/** The messages of one invocation, judged one by one. */
export interface Sorted {
  readonly events: ObjectEvent[];
  readonly beats: Date[];
  readonly ignored: number;
  readonly rejected: Rejection[];
}

type Judged = Message | { kind: "rejected"; reason: "nul-in-prefix"; detail: string };

/** Events from the last day before the ledger forgets are refused: clocks and days are not exact. */
const safetyDays = 1;
const dayMs = 24 * 60 * 60 * 1000;

/** Judges every message on its own: a bad one never keeps its neighbours from being counted. */
export function sortMessages(
  messages: readonly QueueMessage[],
  settings: Pick<Settings, "bucket" | "ignorePatterns" | "prefixDepth" | "retentionDays">,
  now: Date,
): Sorted {
  const intake = {
    bucket: settings.bucket,
    ignores: (key: string) => settings.ignorePatterns.ignores(key),
    oldest: new Date(now.getTime() - (settings.retentionDays - safetyDays) * dayMs),
  };
  const sorted: Sorted & { ignored: number } = { events: [], beats: [], ignored: 0, rejected: [] };
  for (const { messageId, body, receiveCount } of messages) {
    const message = storable(parseMessage(body, intake), settings.prefixDepth);
    if (message.kind === "object") sorted.events.push(message.event);
    else if (message.kind === "heartbeat") sorted.beats.push(message.sentAt);
    else if (message.kind === "ignored") sorted.ignored++;
    else {
      const { reason, detail } = message;
      sorted.rejected.push({ messageId, receiveCount, reason, detail });
    }
  }
  return sorted;
}

/** PostgreSQL's text has no NUL. In a file's name it does no harm: the ledger keeps no keys. */
function storable(message: Message, prefixDepth: number): Judged {
  if (message.kind !== "object") return message;
  const prefix = prefixOf(message.event.key, prefixDepth);
  if (!prefix.includes("\0")) return message;
  const detail = `prefix is ${JSON.stringify(prefix).slice(0, 100)}`;
  return { kind: "rejected", reason: "nul-in-prefix", detail };
}

/** What to do with an invocation's messages, and what it takes; the handler supplies the real parts. */
export interface IngestPorts {
  /** Runs work on the database, again after a transient failure. */
  run<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Starts an emitter. Best effort: must not reject. */
  wake(): Promise<void>;
}

/** Counts what was sorted, in one transaction, and wakes an emitter when there is work for it. */
export async function ingest(
  sorted: Sorted,
  settings: Pick<Settings, "prefixDepth" | "eventCount">,
  ports: IngestPorts,
): Promise<StoreResult> {
  const { events, beats } = sorted;
  const result = await ports.run((db) =>
    db.transaction().execute(async (trx) => {
      const stored = await storeEvents(trx, events, settings);
      await recordBeats(trx, beats);
      return stored;
    }),
  );
  if (result.opened > 0 || result.closed.length > 0) {
    if (!(await ports.run(isEmitterAwake))) await ports.wake();
  }
  return result;
}
