import { errorText } from "../contract";
import { isDataError, recordBeats, storeEvents, type Db, type StoreResult } from "../database";
import type { JudgedMessages, ReceivedEvent, Rejection } from "./judge-messages";
import type { Settings } from "./settings";

/** Does work on the database, again after a failure that passes or that a new session mends. */
export type WithDatabase = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

export interface StoredMessages extends StoreResult {
  /** Messages whose content the database refused, although it looked right. */
  readonly unstorable: Rejection[];
  /** There is, or may be, something for an emitter to do. */
  readonly needsEmitter: boolean;
}

/** Counts object events and records beats, in one transaction. */
export async function storeMessages(
  { events, beats }: Pick<JudgedMessages, "events" | "beats">,
  settings: Pick<Settings, "prefixDepth" | "eventCount">,
  withDatabase: WithDatabase,
): Promise<StoredMessages> {
  let attempts = 0;
  const result = await storeAll(events, beats, settings, (work) =>
    withDatabase((db) => {
      attempts++;
      return work(db);
    }),
  );
  const { opened, closed, duplicates } = result;
  // Whoever committed these before may have died, or lost the answer, before it woke anybody.
  const isAnotherTry = attempts > 1 || events.some(({ receiveCount }) => receiveCount > 1);
  const isUnsure = isAnotherTry && duplicates > 0;
  return { ...result, needsEmitter: opened > 0 || closed.length > 0 || isUnsure };
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
  withDatabase: WithDatabase,
): Promise<Omit<StoredMessages, "needsEmitter">> {
  // Without beats, which come once a minute, it takes a single statement, and no transaction around it.
  const alongside = beats.length > 0 ? (trx: Db) => recordBeats(trx, beats) : undefined;
  try {
    const stored = await withDatabase((db) => storeEvents(db, events, settings, alongside));
    return { ...stored, unstorable: [] };
  } catch (error) {
    if (!isDataError(error) || events.length === 0) throw error;
    if (beats.length > 0) {
      const result = await storeAll(events, [], settings, withDatabase);
      await storeAll([], beats, settings, withDatabase);
      return result;
    }
    if (events.length === 1) {
      const { messageId, receiveCount } = events[0]!;
      const rejection = { messageId, receiveCount, reason: "unstorable", detail: errorText(error) };
      return { ...nothing, unstorable: [rejection] };
    }
    const middle = Math.ceil(events.length / 2);
    const first = await storeAll(events.slice(0, middle), [], settings, withDatabase);
    const second = await storeAll(events.slice(middle), [], settings, withDatabase);
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
