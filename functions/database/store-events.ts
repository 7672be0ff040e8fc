import { prefixOf, type ObjectEvent } from "../contract";
import type { Db } from "./connection";
import { insertRows, insertUnlessKnown, type LedgerRow } from "./ledger";
import { ledgerKeys } from "./ledger-key";
import { addArrivals, addPrefixes, lockPrefixes, type Arrival, type Closed } from "./prefixes";
import { isLedgerConflict } from "./transient";

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
}

export interface StoreSettings {
  readonly prefixDepth: number;
  readonly eventCount: number;
}

/** Another transaction with other locks stored the same object event: it is seen at the next try. */
const maxConflicts = 10;

/**
 * Counts object events, each once, and closes every batch that reaches `eventCount`, in one
 * transaction; `alongside` belongs to it.
 *
 * Three statements, however many object events there are: the first takes the locks, so that the
 * second one's snapshot sees what earlier holders have committed; the third reads the clock. The sums
 * are made here: in SQL, with its planner guessing at lists, one statement for all took twice as long.
 */
export async function storeEvents(
  db: Db,
  events: readonly ObjectEvent[],
  settings: StoreSettings,
  alongside: (trx: Db) => Promise<void> = () => Promise.resolve(),
): Promise<StoreResult> {
  const batch = collapse(events, settings.prefixDepth);
  for (let conflicts = 0; ;) {
    try {
      return await db.transaction().execute(async (trx) => {
        const result = await storeIn(trx, batch, settings.eventCount);
        await alongside(trx);
        return { ...result, duplicates: events.length - result.stored };
      });
    } catch (error) {
      if (error instanceof MissingPrefixes) await addPrefixes(db, batch.bucket, error.names);
      else if (!isLedgerConflict(error) || ++conflicts > maxConflicts) throw error;
    }
  }
}

/** Some prefixes are seen for the first time: the transaction ends, and lets go of the others. */
class MissingPrefixes extends Error {
  constructor(readonly names: readonly string[]) {
    super("some prefixes do not exist yet");
  }
}

interface DistinctEvent extends ReturnType<ReturnType<typeof ledgerKeys>> {
  readonly prefix: string;
  readonly size: number;
  readonly time: number;
}

interface DistinctBatch {
  readonly bucket: string;
  readonly events: readonly DistinctEvent[];
  readonly prefixes: readonly string[];
}

/**
 * The same message twice in one batch is one event. Sorted by key, because two transactions with the
 * same object events under different depths share ledger rows but no prefix, and would deadlock.
 */
function collapse(events: readonly ObjectEvent[], prefixDepth: number): DistinctBatch {
  const keyOf = ledgerKeys();
  const distinct = new Map<string, DistinctEvent>();
  const prefixes = new Set<string>();
  for (const event of events) {
    const { file, event: id } = keyOf(event);
    const prefix = prefixOf(event.key, prefixDepth);
    prefixes.add(prefix);
    const time = event.time.getTime();
    distinct.set(file + id, { file, event: id, prefix, size: event.size, time });
  }
  const keys = [...distinct.keys()].sort();
  return {
    bucket: events[0]?.bucket ?? "",
    events: keys.map((key) => distinct.get(key)!),
    prefixes: [...prefixes],
  };
}

async function storeIn(
  trx: Db,
  { bucket, events, prefixes }: DistinctBatch,
  eventCount: number,
): Promise<Omit<StoreResult, "duplicates">> {
  if (events.length === 0) return { stored: 0, opened: 0, closed: [] };
  const locked = await lockPrefixes(trx, bucket, prefixes);
  if (locked.size < prefixes.length) {
    throw new MissingPrefixes(prefixes.filter((name) => !locked.has(name)));
  }

  const rows = events.map((event): LedgerRow & DistinctEvent => {
    const { prefixId, sequence } = locked.get(event.prefix)!;
    return { ...event, prefixId, sequence };
  });
  const known = await insertUnlessKnown(trx, rows);
  const fresh = known ? rows.filter((row) => !known.hasEvent(row)) : rows;
  if (fresh.length === 0) return { stored: 0, opened: 0, closed: [] };
  if (known) await insertRows(trx, fresh);

  const sums = new Map<string, Sums>();
  for (const row of fresh) add(sums, row, known?.hasFile(row) ?? false);
  let opened = 0;
  const arrivals = [...sums].map(([prefix, sum]): Arrival => {
    const { prefixId, open, eventCount: before } = locked.get(prefix)!;
    const isFull = before + BigInt(sum.events) >= BigInt(eventCount);
    if (!open && !isFull) opened++;
    return { ...sum, prefixId, isFull };
  });
  return { stored: fresh.length, opened, closed: await addArrivals(trx, arrivals) };
}

interface Sums extends Omit<Arrival, "prefixId" | "isFull"> {
  readonly lastFile: string;
}

/** Rows come sorted by file: another event of the same file follows the first. */
function add(sums: Map<string, Sums>, row: DistinctEvent, isKnownFile: boolean): void {
  const sum = sums.get(row.prefix);
  const isNewFile = !isKnownFile && row.file !== sum?.lastFile;
  sums.set(row.prefix, {
    events: (sum?.events ?? 0) + 1,
    files: (sum?.files ?? 0) + Number(isNewFile),
    bytes: (sum?.bytes ?? 0n) + BigInt(row.size),
    firstEventTime: Math.min(sum?.firstEventTime ?? Infinity, row.time),
    lastEventTime: Math.max(sum?.lastEventTime ?? -Infinity, row.time),
    lastFile: row.file,
  });
}
