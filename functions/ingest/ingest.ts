import {
  errorText,
  parseMessage,
  prefixOf,
  valueText,
  type Intake,
  type Message,
  type ObjectEvent,
} from "../contract";
import { isDataError, recordBeats, storeEvents, type Db, type StoreResult } from "../database";
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
export interface Sorted {
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
export function sortMessages(
  messages: readonly QueueMessage[],
  settings: Pick<Settings, "bucket" | "ignorePatterns" | "prefixDepth" | "retentionDays">,
  now: Date,
  forgottenBefore: Date | null = null,
): Sorted {
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
  const sorted: Sorted & { ignored: number } = { events: [], beats: [], ignored: 0, rejected: [] };
  for (const { messageId, body, receiveCount } of messages) {
    const message = judge(body, intake, settings.prefixDepth);
    if (message.kind === "object") {
      sorted.events.push({ ...message.event, messageId, receiveCount });
    } else if (message.kind === "heartbeat") sorted.beats.push(message.sentAt);
    else if (message.kind === "ignored") sorted.ignored++;
    else {
      const { reason, detail } = message;
      sorted.rejected.push({ messageId, receiveCount, reason, detail });
    }
  }
  return sorted;
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

/** What ingest takes from outside; the handler supplies the real parts. */
export interface IngestPorts {
  /** Runs work on the database, again after a failure that passes or that a new session mends. */
  run<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Starts an emitter if none is awake. Best effort: must not reject. */
  wake(): Promise<void>;
}

export interface IngestResult extends StoreResult {
  /** Messages whose content the database refused, although it looked right. */
  readonly unstorable: Rejection[];
}

/** Counts what was sorted, in one transaction, and wakes an emitter when there may be work for it. */
export async function ingest(
  sorted: Pick<Sorted, "events" | "beats">,
  settings: Pick<Settings, "prefixDepth" | "eventCount">,
  ports: IngestPorts,
): Promise<IngestResult> {
  let attempts = 0;
  const result = await storeAll(sorted.events, sorted.beats, settings, (work) =>
    ports.run((db) => {
      attempts++;
      return work(db);
    }),
  );
  const { opened, closed, duplicates } = result;
  // Whoever committed these before may have died, or lost the answer, before it woke anybody.
  const isAnotherTry = attempts > 1 || sorted.events.some(({ receiveCount }) => receiveCount > 1);
  const isUnsure = isAnotherTry && duplicates > 0;
  if (opened > 0 || closed.length > 0 || isUnsure) await ports.wake();
  return result;
}

const nothing = { stored: 0, duplicates: 0, opened: 0, closed: [], prefixes: [] };

/**
 * One transaction. Should the database refuse a value in it, halves of it, and halves of these, until
 * the message at fault stands alone: it must not keep its neighbours from being counted. Beats come
 * last then, by themselves: they are not to blame for an object event, nor are these for them.
 */
async function storeAll(
  events: readonly ReceivedEvent[],
  beats: readonly Date[],
  settings: Pick<Settings, "prefixDepth" | "eventCount">,
  run: IngestPorts["run"],
): Promise<IngestResult> {
  // Without beats, which come once a minute, it takes a single statement, and no transaction around it.
  const alongside = beats.length > 0 ? (trx: Db) => recordBeats(trx, beats) : undefined;
  try {
    const stored = await run((db) => storeEvents(db, events, settings, alongside));
    return { ...stored, unstorable: [] };
  } catch (error) {
    if (!isDataError(error) || events.length === 0) throw error;
    if (beats.length > 0) {
      const result = await storeAll(events, [], settings, run);
      await storeAll([], beats, settings, run);
      return result;
    }
    if (events.length === 1) {
      const { messageId, receiveCount } = events[0]!;
      const rejection = { messageId, receiveCount, reason: "unstorable", detail: errorText(error) };
      return { ...nothing, unstorable: [rejection] };
    }
    const middle = Math.ceil(events.length / 2);
    const first = await storeAll(events.slice(0, middle), [], settings, run);
    const second = await storeAll(events.slice(middle), [], settings, run);
    return {
      stored: first.stored + second.stored,
      duplicates: first.duplicates + second.duplicates,
      opened: first.opened + second.opened,
      closed: [...first.closed, ...second.closed],
      prefixes: [...new Set([...first.prefixes, ...second.prefixes])],
      unstorable: [...first.unstorable, ...second.unstorable],
    };
  }
}
