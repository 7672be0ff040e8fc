// The promise, as a check: what was uploaded against what was counted and announced.
import { countedEvents } from "../support/counted-events";
import type { Announced, TestStack } from "../../support/local-stack";
import type { Uploaded } from "./uploads";

/** A batch as the database has it; no `batchId`: it is still open. */
export interface CountedBatch {
  readonly batchId?: string;
  readonly prefix: string;
  readonly sequence: number;
  readonly eventCount: number;
  readonly fileCount: number;
  readonly totalBytes: number;
}

/** Rows of the ledger that name one batch, and the distinct files among them. */
export interface LedgerShare {
  readonly prefix: string;
  readonly sequence: number;
  readonly events: number;
  readonly files: number;
}

/** Everything that the check looks at. */
export interface Seen {
  /** With every second copy. */
  readonly announced: readonly Announced[];
  readonly batches: readonly CountedBatch[];
  readonly ledger: readonly LedgerShare[];
  /** Distinct files in the ledger, by prefix: a file may be in several batches of it. */
  readonly files: ReadonlyMap<string, number>;
}

/** Reads what came of the prefixes that begin with `root`. */
export async function readSeen({ stack, announced }: TestStack, root: string): Promise<Seen> {
  const read = async <T>(text: string) =>
    (await stack.database.query(text, [root], "edp")) as unknown as T[];
  const sums = `event_count::int as "eventCount", file_count::int as "fileCount",
    total_bytes::float8 as "totalBytes"`;
  const files = await read<{ prefix: string; files: number }>(
    `select prefix, count(distinct file)::int as files
     from ${countedEvents} join edp.prefix using (prefix_id)
     where starts_with(prefix, $1) group by prefix`,
  );
  return {
    announced: announced.filter(({ detail }) => detail.prefix.startsWith(root)),
    batches: [
      ...(await read<CountedBatch>(
        `select batch_id as "batchId", prefix, sequence, ${sums}
         from edp.outbox where starts_with(prefix, $1)`,
      )),
      ...(await read<CountedBatch>(
        `select prefix, sequence, ${sums} from edp.prefix where open and starts_with(prefix, $1)`,
      )),
    ],
    ledger: await read<LedgerShare>(
      `select prefix, counted_event.sequence, count(*)::int as events,
         count(distinct file)::int as files
       from ${countedEvents} join edp.prefix using (prefix_id)
       where starts_with(prefix, $1) group by prefix, counted_event.sequence`,
    ),
    files: new Map(files.map((row) => [row.prefix, row.files])),
  };
}

/** What breaks the promise, a line each; none: every object event was counted once, and said so. */
export function violations(seen: Seen, uploaded: ReadonlyMap<string, Uploaded>): string[] {
  return [
    ...wrongSums(seen, uploaded),
    ...wrongSequences(seen.batches),
    ...wrongShares(seen),
    ...wrongAnnouncements(seen),
  ];
}

function wrongSums({ batches, files }: Seen, uploaded: ReadonlyMap<string, Uploaded>): string[] {
  const byPrefix = grouped(batches, ({ prefix }) => prefix);
  const prefixes = new Set([...byPrefix.keys(), ...uploaded.keys()]);
  return [...prefixes].flatMap((prefix) => {
    const counted = byPrefix.get(prefix) ?? [];
    const is = {
      events: sum(counted.map(({ eventCount }) => eventCount)),
      files: files.get(prefix) ?? 0,
      bytes: sum(counted.map(({ totalBytes }) => totalBytes)),
    };
    const should = uploaded.get(prefix) ?? { events: 0, files: 0, bytes: 0 };
    return (["events", "files", "bytes"] as const)
      .filter((what) => is[what] !== should[what])
      .map((what) => `${prefix} has ${is[what]} ${what}, uploaded were ${should[what]}`);
  });
}

/** From 1, without a gap; the open batch comes last. */
function wrongSequences(batches: readonly CountedBatch[]): string[] {
  return [...grouped(batches, ({ prefix }) => prefix)].flatMap(([prefix, ofPrefix]) => {
    const inOrder = ofPrefix.map(({ sequence }) => sequence).sort((a, b) => a - b);
    const isWhole = inOrder.every((sequence, index) => sequence === index + 1);
    return isWhole ? [] : [`${prefix} has the sequences ${inOrder.join(", ")}`];
  });
}

/** The ledger says which batch an object event was counted in: their counts must be its rows. */
function wrongShares({ batches, ledger }: Seen): string[] {
  const name = (one: { prefix: string; sequence: number }) => `${one.prefix} ${one.sequence}`;
  const shares = new Map(ledger.map((share) => [name(share), share]));
  return batches.flatMap((batch) => {
    const { events, files } = shares.get(name(batch)) ?? { events: 0, files: 0 };
    if (batch.eventCount === 0) return [`batch ${name(batch)} is empty`];
    return batch.eventCount === events && batch.fileCount === files
      ? []
      : [
          `batch ${name(batch)} counts ${batch.eventCount} events of ${batch.fileCount} files, ` +
            `the ledger ${events} of ${files}`,
        ];
  });
}

function wrongAnnouncements({ announced, batches }: Seen): string[] {
  const closed = batches.filter(({ batchId }) => batchId !== undefined);
  const copies = grouped(announced, ({ detail }) => detail.batchId);
  const ids = new Set(closed.map(({ batchId }) => batchId!));
  const strange = [...copies.keys()].filter((batchId) => !ids.has(batchId));
  return [
    ...strange.map((batchId) => `${batchId} was announced, and is no batch`),
    ...closed.flatMap((batch) => {
      const said = copies.get(batch.batchId!) ?? [];
      const name = `batch ${batch.prefix} ${batch.sequence}`;
      if (said.length === 0) return [`${name} was not announced`];
      if (new Set(said.map(contentOf)).size > 1) return [`${name} was announced in two ways`];
      const { detail } = said[0]!;
      const isSame = (Object.keys(batch) as (keyof CountedBatch)[]).every(
        (field) => detail[field] === batch[field],
      );
      return isSame ? [] : [`${name} was announced as ${JSON.stringify(detail)}`];
    }),
  ];
}

/** Everything but the event's own id and the moment it arrived, which differ from copy to copy. */
function contentOf({ source, "detail-type": type, time, resources, detail }: Announced): string {
  return JSON.stringify({ source, type, time, resources, detail });
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
