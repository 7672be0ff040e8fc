import type { Arrival, Changes, NewRow } from "./apply";
import type { KnownFile, LedgerRow } from "./ledger";

/** An object event that is new to the ledger, with what was seen of its prefix and its file. */
export interface NewEvent extends LedgerRow {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What the ledger has of its file; none: nothing. */
  readonly knownFile?: KnownFile | undefined;
  /** Whether the batch has its file already, by an overwrite. */
  readonly hasFile?: boolean | undefined;
}

/** What new object events, in the order of their keys, bring to the ledger and to their prefixes. */
export function changesOf(events: readonly NewEvent[]): Changes {
  const ids = [...new Set(events.map(({ prefixId }) => prefixId))].sort(ascending);
  const places = new Map(ids.map((id, i) => [id, i + 1]));
  const sums = ids.map(() => undefined as Sum | undefined);
  const firsts: NewRow[] = [];
  const overwrites: NewRow[] = [];
  const staleFiles: string[] = [];
  for (const [file, written] of filesOf(events)) {
    const [first] = written as [NewEvent];
    const place = places.get(first.prefixId)!;
    const rows = written.map(({ moment, event }) => ({ file, moment, event, place }));
    if (!first.knownFile) firsts.push(rows.shift()!);
    else if (first.knownFile.isStale) staleFiles.push(file);
    overwrites.push(...rows);
    const sum = (sums[place - 1] ??= emptySum(first));
    for (const event of written) add(sum, event);
    if (!isInBatch(written)) sum.files++;
    if (first.knownFile) {
      sum.seenSequence = first.sequence;
      sum.seenEventCount = first.eventCount;
    }
  }
  return { arrivals: sums as Arrival[], firsts, overwrites, staleFiles };
}

type Sum = { -readonly [Key in keyof Arrival]: Arrival[Key] };

function emptySum({ prefixId, time }: NewEvent): Sum {
  return {
    prefixId,
    events: 0,
    files: 0,
    bytes: 0n,
    firstEventTime: time,
    lastEventTime: time,
    seenSequence: -1,
    seenEventCount: 0n,
  };
}

function add(sum: Sum, { size, time }: NewEvent): void {
  sum.events++;
  sum.bytes += BigInt(size);
  sum.firstEventTime = Math.min(sum.firstEventTime, time);
  sum.lastEventTime = Math.max(sum.lastEventTime, time);
}

/** Whether the open batch has this file already, by the first object event of it or by another. */
function isInBatch(written: readonly NewEvent[]): boolean {
  return written.some(
    ({ knownFile, hasFile, prefixId, sequence }) =>
      hasFile || (knownFile?.prefixId === prefixId && knownFile.sequence === sequence),
  );
}

/** Sorted by key, the object events of one file follow each other. */
function* filesOf(events: readonly NewEvent[]): Generator<[string, NewEvent[]]> {
  for (let from = 0, to = 0; from < events.length; from = to) {
    const { file } = events[from]!;
    while (to < events.length && events[to]!.file === file) to++;
    yield [file, events.slice(from, to)];
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
