import { setImmediate as later } from "node:timers/promises";
import { prefixOf, type ObjectEvent } from "../../contract";
import { applyStatement, type Applied, type Closed } from "./apply";
import { changesOf, type NewEvent } from "./changes";
import type { Db } from "../session/connection";
import { knownFiles, knownOverwrites, type KnownFile } from "./ledger";
import { ledgerKeys, type LedgerKey } from "./ledger-key";
import { addPrefixes, lockPrefixes, readPrefixes } from "./prefixes";
import { isLedgerConflict } from "../session/transient";

/** What an ingest transaction did. */
export interface StoreResult {
  /** Object events that were new and are counted now. */
  readonly stored: number;
  /** Object events that had been counted before, in this call or earlier. */
  readonly duplicates: number;
  /** Batches that were opened and are still open. */
  readonly opened: number;
  /** Batches that this call closed by their count. */
  readonly closed: Closed[];
  /** Of all object events of the call, also of those that were counted before. */
  readonly prefixes: readonly string[];
}

export interface StoreSettings {
  readonly prefixDepth: number;
  readonly eventCount: number;
}

const keyOf = ledgerKeys();

/**
 * Each try that fails has seen somebody else store something, and sees it at the next. With containers
 * of three depths at once over the same files it took nine at the most, of 2,900 calls; more than this
 * are not bad luck.
 */
const maxTries = 100;

/**
 * Counts object events, each once, and closes every batch that reaches `eventCount`, in one
 * transaction; `alongside` belongs to it.
 *
 * Two looks without a lock, at the prefixes and at what the ledger has of the files, and one statement
 * that locks and writes. Where it finds that what was seen no longer holds, it counts nothing, and all
 * is done again in a transaction that locks first, whose looks see what earlier holders of the locks
 * have committed. While the server looks, this process hashes, sums and encodes.
 */
export async function storeEvents(
  db: Db,
  events: readonly ObjectEvent[],
  settings: StoreSettings,
  alongside?: (trx: Db) => Promise<void>,
): Promise<StoreResult> {
  const prefixes = events.map(({ key }) => prefixOf(key, settings.prefixDepth));
  const batch: Batch = {
    bucket: events[0]?.bucket ?? "",
    prefixes: [...new Set(prefixes)],
    // Later, while the server looks: hashing takes as long as that.
    events: later().then(() => distinctEvents(events, prefixes)),
  };
  let lock = false;
  for (let tries = 0; tries < maxTries; tries++) {
    const work = async (trx: Db) => {
      const stored = events.length > 0 ? await store(trx, batch, settings, lock) : nothing;
      if (stored) await alongside?.(trx);
      return stored;
    };
    try {
      const isOneStatement = !lock && !alongside;
      const result = await (isOneStatement ? work(db) : db.transaction().execute(work));
      if (result) {
        return { ...result, duplicates: events.length - result.stored, prefixes: batch.prefixes };
      }
      lock = true;
    } catch (error) {
      if (error instanceof MissingPrefixes) await addPrefixes(db, batch.bucket, error.names);
      else if (isLedgerConflict(error)) lock = true;
      else throw error;
    }
  }
  throw new Error(`what was seen in the ledger did not hold, ${maxTries} times`);
}

/** Some prefixes are seen for the first time: the transaction ends, and lets go of the others. */
class MissingPrefixes extends Error {
  constructor(readonly names: readonly string[]) {
    super("some prefixes do not exist yet");
  }
}

interface Batch {
  readonly bucket: string;
  readonly prefixes: readonly string[];
  readonly events: Promise<readonly DistinctEvent[]>;
}

type Stored = Applied & Pick<StoreResult, "stored">;

const nothing: Stored = { stored: 0, opened: 0, closed: [] };

/** Undefined: something was not as it had been seen, and nothing was changed. */
async function store(
  trx: Db,
  { bucket, prefixes, ...batch }: Batch,
  { eventCount }: StoreSettings,
  lock: boolean,
): Promise<Stored | undefined> {
  const [seen, distinct] = await Promise.all([
    (lock ? lockPrefixes : readPrefixes)(trx, bucket, prefixes),
    batch.events,
  ]);
  if (seen.size < prefixes.length) {
    throw new MissingPrefixes(prefixes.filter((name) => !seen.has(name)));
  }
  const events = distinct.map((event): NewEvent => ({ ...event, ...seen.get(event.prefix)! }));
  const [known, applyAll] = await Promise.all([
    knownFiles(trx, events),
    later().then(() => applyStatement(changesOf(events), eventCount)),
  ]);
  const fresh = known.size === 0 ? events : await freshOf(trx, events, known);
  if (fresh.length === 0) return nothing;
  const apply = fresh === events ? applyAll : applyStatement(changesOf(fresh), eventCount);
  const applied = await apply(trx);
  return applied && { ...applied, stored: fresh.length };
}

/** Those that were not counted before, with what is known of their files. */
async function freshOf(
  trx: Db,
  events: readonly NewEvent[],
  known: ReadonlyMap<string, KnownFile>,
): Promise<NewEvent[]> {
  const isOverwrite = ({ file, event }: NewEvent) => {
    const first = known.get(file)?.event;
    return first !== undefined && first !== event;
  };
  const overwrites = events.filter(isOverwrite);
  const answers = overwrites.length > 0 ? await knownOverwrites(trx, overwrites) : [];
  let asked = 0;
  return events.flatMap((event) => {
    const knownFile = known.get(event.file);
    if (!knownFile) return [event];
    if (!isOverwrite(event)) return [];
    const { hasEvent, hasFile } = answers[asked++]!;
    return hasEvent ? [] : [{ ...event, knownFile, hasFile }];
  });
}

interface DistinctEvent extends LedgerKey {
  readonly prefix: string;
  readonly size: number;
  readonly time: number;
}

/**
 * The same message twice in one batch is one event. Sorted by key, because two transactions with the
 * same object events under different depths share ledger rows but no prefix, and would deadlock.
 */
function distinctEvents(
  events: readonly ObjectEvent[],
  prefixes: readonly string[],
): DistinctEvent[] {
  const distinct = new Map<string, DistinctEvent>();
  events.forEach((event, i) => {
    const key = keyOf(event);
    const { size, time } = event;
    distinct.set(key.file + key.moment + key.event, {
      ...key,
      prefix: prefixes[i]!,
      size,
      time: time.getTime(),
    });
  });
  return [...distinct.keys()].sort().map((key) => distinct.get(key)!);
}
