import type { Snapshot, OutboxRow } from "./database";
import type { HeartbeatModel } from "./heartbeat-model";
import { contentOf, identityOf, type Model, type ObjectCreated, type Rules } from "./model";

/** What must hold, whatever happens; the numbers are those of the README. */
export const invariants = {
  1: "conservation: what is counted in batches and open prefixes equals the distinct object events",
  2: "no empty batch",
  3: "a batch closed by count has at least the count, and no settled prefix holds as much",
  4: "announced when due: never before, and soon after",
  5: "one batchId, one content",
  6: "the same input again, in another order, changes nothing",
  7: "a key that is ignored when it arrives is never counted",
  8: "once the faults stop, nothing stays pending",
  9: "a message that is gone was processed, or is a dead letter",
  10: "no duration trigger fires while the emitter can see that the pipeline is behind",
  11: "at most one batch a prefix and ingest transaction, sequences without gaps",
  12: "two emitters at once: only the holder of the lease closes and notes, and no content changes",
} as const;
export type Invariant = keyof typeof invariants;

export class Violation extends Error {
  override readonly name = "Violation";

  constructor(
    readonly invariant: Invariant,
    detail: string,
  ) {
    super(`invariant ${invariant}, ${invariants[invariant]}: ${detail}`);
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/** Holds the tables against the model, after every transaction that changed them. */
export class Checks {
  /** Every batch as it was when it closed. */
  readonly #frozen = new Map<string, string>();
  readonly #rows = new Map<string, OutboxRow>();
  /** How often the prefix of a batch had been forgotten when it closed, by batchId. */
  readonly #ages = new Map<string, number>();
  /** How often a prefix was forgotten, by bucket and prefix. */
  readonly #forgotten = new Map<string, number>();
  /** All of the input is coming again: nothing of it may be counted. */
  isRepeat = false;

  constructor(
    readonly model: Model,
    readonly heartbeat: HeartbeatModel,
  ) {}

  /** After a transaction of ingest at `now`, which saw these events under these rules. */
  afterIngest(
    snapshot: Snapshot,
    events: readonly ObjectCreated[],
    ignored: readonly ObjectCreated[],
    rules: Rules,
    now: number,
  ): void {
    const fresh = this.#newBatches(snapshot);
    const expected = this.model.ingest(events, rules, now);
    const prefixes = fresh.map(({ bucket, prefix }) => `${bucket}/${prefix}`);
    if (new Set(prefixes).size < prefixes.length) {
      throw new Violation(11, `ingest closed ${prefixes.join(", ")}`);
    }
    for (const row of fresh) {
      if (row.trigger !== "event-count") throw new Violation(3, `ingest closed ${show(row)}`);
      if (row.event_count < rules.eventCount) {
        throw new Violation(3, `${show(row)} closed at a count of ${rules.eventCount}`);
      }
    }
    for (const { bucket, prefix, events: full } of expected) {
      if (!fresh.some((row) => row.bucket === bucket && row.prefix === prefix)) {
        throw new Violation(3, `${bucket}/${prefix} is open with ${full.length} events`);
      }
    }
    this.#conserved(snapshot, ignored);
  }

  /** After a transaction of an emitter that closed batches at `now`, under what its last look saw. */
  afterClosing(snapshot: Snapshot, rules: Rules, now: number, hold: boolean): void {
    for (const row of this.#newBatches(snapshot)) {
      const batch = this.model.open.find(
        ({ bucket, prefix }) => bucket === row.bucket && prefix === row.prefix,
      );
      if (!batch) throw new Violation(2, `${show(row)} closed, and nothing was open`);
      const free = this.model.triggerOf(batch, rules, now, false);
      const trigger = this.model.triggerOf(batch, rules, now, hold);
      if (trigger === undefined && free === "duration") {
        throw new Violation(10, `${show(row)} closed while the pipeline was behind`);
      }
      if (trigger === undefined) throw new Violation(4, `${show(row)} closed before it was due`);
      if (trigger !== row.trigger) throw new Violation(3, `${show(row)} is due by ${trigger}`);
      const dueAt = this.model.dueAt(batch, trigger, rules);
      const held = trigger === "duration" && dueAt <= this.heartbeat.lastBehindAt;
      if (held !== row.held) throw new Violation(10, `${show(row)} says held: ${row.held}`);
      this.model.close(batch, trigger, dueAt, now);
    }
    this.#conserved(snapshot, []);
  }

  /** After pruning at `now`, which left these prefixes. Returns how many are gone. */
  pruned(left: Snapshot["prefixes"], now: number, retentionDays: number): number {
    const names = new Set(left.map(({ bucket, prefix }) => `${bucket}/${prefix}`));
    const gone = this.model.numbered.filter(
      ({ bucket, prefix }) => !names.has(`${bucket}/${prefix}`),
    );
    for (const { bucket, prefix, isOpen, idleSince } of gone) {
      const name = `${bucket}/${prefix}`;
      if (isOpen) throw new Violation(11, `${name} was forgotten with a batch that is open`);
      if (idleSince > now - retentionDays * dayMs) {
        throw new Violation(11, `${name} was forgotten too early, and is numbered from one again`);
      }
      this.model.forget({ bucket, prefix });
      this.#forgotten.set(name, (this.#forgotten.get(name) ?? 0) + 1);
    }
    return gone.length;
  }

  /** At the end, and whenever nothing is under way. */
  settled(snapshot: Snapshot): void {
    if (this.#newBatches(snapshot).length > 0) {
      throw new Violation(12, "batches closed that nobody has closed");
    }
    this.#conserved(snapshot, []);
  }

  /** The content of a batch as it was closed; what is announced must say the same. */
  rowOf(batchId: string): OutboxRow {
    const row = this.#rows.get(batchId);
    if (!row) throw new Violation(5, `${batchId} was announced, and never closed`);
    return row;
  }

  /** Notes what has changed besides the content. */
  remember(outbox: readonly OutboxRow[]): void {
    for (const row of outbox) this.#rows.set(row.batch_id, row);
  }

  /** What is new; and that nothing has changed in what is not. */
  #newBatches({ outbox }: Snapshot): OutboxRow[] {
    const fresh: OutboxRow[] = [];
    for (const row of outbox) {
      const content = JSON.stringify(contentOfRow(row));
      const before = this.#frozen.get(row.batch_id);
      if (before !== undefined && before !== content) {
        throw new Violation(5, `${row.batch_id} was ${before}, and is ${content}`);
      }
      if (row.event_count < 1 || row.file_count < 1) throw new Violation(2, show(row));
      if (before === undefined) {
        fresh.push(row);
        this.#ages.set(row.batch_id, this.#forgotten.get(`${row.bucket}/${row.prefix}`) ?? 0);
      }
      this.#frozen.set(row.batch_id, content);
      this.#rows.set(row.batch_id, row);
    }
    const last = new Map<string, number>();
    for (const row of [...this.#rows.values()].sort((a, b) => a.sequence - b.sequence)) {
      const prefix = `${this.#ages.get(row.batch_id)} ${row.bucket}/${row.prefix}`;
      const sequence = (last.get(prefix) ?? 0) + 1;
      if (row.sequence !== sequence) throw new Violation(11, `${show(row)}, not ${sequence}`);
      last.set(prefix, sequence);
    }
    return fresh;
  }

  #conserved(snapshot: Snapshot, ignored: readonly ObjectCreated[]): void {
    const sum = (rows: readonly { event_count: number }[]) =>
      rows.reduce((total, { event_count }) => total + event_count, 0);
    const rows = [...this.#rows.values()];
    const counted = sum(rows) + sum(snapshot.open);
    const distinct = new Set(this.model.counted.map(identityOf));
    const areIgnoredCounted = ignored.length > 0 && counted - distinct.size === ignored.length;
    const invariant = this.isRepeat ? 6 : areIgnoredCounted ? 7 : 1;
    if (counted !== distinct.size) {
      throw new Violation(invariant, `${counted} are counted, of ${distinct.size} distinct ones`);
    }
    const { open, closed } = this.model;
    same(
      invariant,
      [...snapshot.open, ...rows].map(contentOfRow),
      [...open, ...closed].map(contentOf),
    );
    same(
      4,
      snapshot.open.map((row) => ({
        ...placeOf(row),
        firstStoredAt: Date.parse(row.first_stored_at),
        lastStoredAt: Date.parse(row.last_stored_at),
      })),
      open.map((batch) => ({
        ...placeOf(batch),
        firstStoredAt: batch.firstStoredAt,
        lastStoredAt: batch.lastStoredAt,
      })),
    );
    same(
      4,
      rows.map((row) => ({
        ...placeOf(row),
        trigger: row.trigger,
        dueAt: Date.parse(row.due_at),
        closedAt: Date.parse(row.closed_at),
      })),
      closed.map((batch) => ({
        ...placeOf(batch),
        trigger: batch.trigger,
        dueAt: batch.dueAt,
        closedAt: batch.closedAt,
      })),
    );
  }
}

interface Content {
  readonly bucket: string;
  readonly prefix: string;
  readonly sequence: number;
}

function placeOf({ bucket, prefix, sequence }: Content): Content {
  return { bucket, prefix, sequence };
}

/** Both sides the same, in any order. */
function same(
  invariant: Invariant,
  actual: readonly Content[],
  expected: readonly Content[],
): void {
  const nameOf = (row: Content) => JSON.stringify(row);
  const sorted = (list: readonly Content[]) =>
    [...list].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const [is, should] = [JSON.stringify(sorted(actual)), JSON.stringify(sorted(expected))];
  if (is !== should) throw new Violation(invariant, `is\n  ${is}, by the model\n  ${should}`);
}

function contentOfRow(row: Snapshot["open"][number] | OutboxRow) {
  return {
    bucket: row.bucket,
    prefix: row.prefix,
    sequence: row.sequence,
    eventCount: row.event_count,
    fileCount: row.file_count,
    totalBytes: row.total_bytes,
    firstEventTime: Date.parse(row.first_event_time),
    lastEventTime: Date.parse(row.last_event_time),
  };
}

function show({ bucket, prefix, sequence, ...row }: Content & { trigger?: string }): string {
  const counts = "event_count" in row ? `, ${String(row.event_count)} events` : "";
  return `batch ${sequence} of ${bucket}/${prefix} (${row.trigger ?? "open"}${counts})`;
}
