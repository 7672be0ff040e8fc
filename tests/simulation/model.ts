/**
 * What EDP Monitor does, without how: object events in, batches out. The executable specification, in
 * plain arrays and without SQL; the simulation holds the production code against it, and
 * `model.test.ts` holds it against the documentation. Times are milliseconds, by the database's clock
 * unless said otherwise. Nothing of the production code is used here.
 */

/** One `Object Created` event, as S3 sends it. */
export interface ObjectCreated {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
  readonly sequencer?: string;
  /** The event's own, other for every delivery by S3. */
  readonly id: string;
  readonly size: number;
  /** When S3 says it happened. */
  readonly time: number;
}

/** What the user sets. */
export interface Rules {
  readonly bucket: string;
  readonly depth: number;
  readonly ignore: readonly string[];
  readonly eventCount: number;
  readonly durationSeconds: number;
  readonly maxAgeSeconds?: number;
  readonly retentionDays: number;
}

export type Trigger = "event-count" | "max-age" | "duration";

export interface OpenBatch {
  readonly bucket: string;
  readonly prefix: string;
  readonly sequence: number;
  readonly events: readonly ObjectCreated[];
  /** When the first and the last of its events were stored. */
  readonly firstStoredAt: number;
  readonly lastStoredAt: number;
}

export interface ClosedBatch extends OpenBatch {
  readonly trigger: Trigger;
  readonly dueAt: number;
  readonly closedAt: number;
}

export type Verdict = "counted" | "ignored" | "refused";

const dayMs = 24 * 60 * 60 * 1000;

export class Model {
  open: OpenBatch[] = [];
  readonly closed: ClosedBatch[] = [];
  /** How many batches of a prefix had been closed when it was forgotten, by bucket and prefix. */
  readonly #forgotten = new Map<string, number>();

  /**
   * What becomes of an event that ingest sees at `now`, by the Lambda's clock. `forgottenBefore`: what
   * the ledger may have forgotten under an earlier, shorter retention.
   */
  judge(event: ObjectCreated, rules: Rules, now: number, forgottenBefore = 0): Verdict {
    if (event.bucket !== rules.bucket) return "refused";
    if (isIgnored(event.key, rules.ignore)) return "ignored";
    if (event.key.endsWith("/") && event.size === 0) return "ignored";
    const oldest = Math.max(now - (rules.retentionDays - 1) * dayMs, forgottenBefore + dayMs);
    if (event.time < oldest) return "refused";
    return prefixOf(event.key, rules.depth).includes("\0") ? "refused" : "counted";
  }

  isCounted(event: ObjectCreated): boolean {
    const identity = identityOf(event);
    return this.counted.some((other) => identityOf(other) === identity);
  }

  /** Every event that was counted, in whichever batch. */
  get counted(): ObjectCreated[] {
    return [...this.closed, ...this.open].flatMap(({ events }) => events);
  }

  /** One transaction of ingest: counts what is new, and closes by count. Returns what it closed. */
  ingest(events: readonly ObjectCreated[], rules: Rules, now: number): ClosedBatch[] {
    const known = new Set(this.counted.map(identityOf));
    const fresh = events.filter((event) => {
      const identity = identityOf(event);
      return !known.has(identity) && known.add(identity);
    });
    const prefixes = new Set(fresh.map(({ key }) => prefixOf(key, rules.depth)));
    return [...prefixes].flatMap((prefix) => {
      const arrived = fresh.filter(({ key }) => prefixOf(key, rules.depth) === prefix);
      const batch = this.#add(rules.bucket, prefix, arrived, now);
      return batch.events.length >= rules.eventCount
        ? [this.close(batch, "event-count", now, now)]
        : [];
    });
  }

  /** Why an open batch may be closed at `now`; undefined: it may not. `hold` is the heartbeat's. */
  triggerOf(batch: OpenBatch, rules: Rules, now: number, hold: boolean): Trigger | undefined {
    if (batch.events.length >= rules.eventCount) return "event-count";
    if (now >= maxAgeDue(batch, rules)) return "max-age";
    return !hold && now >= durationDue(batch, rules) ? "duration" : undefined;
  }

  /** Closes an open batch. Its content never changes after that. */
  close(batch: OpenBatch, trigger: Trigger, dueAt: number, closedAt: number): ClosedBatch {
    const closed = { ...batch, trigger, dueAt, closedAt };
    this.open = this.open.filter((other) => other !== batch);
    this.closed.push(closed);
    return closed;
  }

  /** When a batch was due by what closed it. */
  dueAt(batch: OpenBatch, trigger: Trigger, rules: Rules): number {
    if (trigger === "event-count") return batch.lastStoredAt;
    return trigger === "max-age" ? maxAgeDue(batch, rules) : durationDue(batch, rules);
  }

  /** Prefixes whose batches are numbered on: known, and not forgotten since. */
  get numbered(): { bucket: string; prefix: string; isOpen: boolean; idleSince: number }[] {
    const byName = new Map<string, OpenBatch[]>();
    for (const batch of [...this.closed, ...this.open]) {
      const name = placeOf(batch);
      byName.set(name, [...(byName.get(name) ?? []), batch]);
    }
    return [...byName]
      .filter(([name, batches]) => batches.length > (this.#forgotten.get(name) ?? 0))
      .map(([, batches]) => {
        const last = batches.at(-1)!;
        const isOpen = this.open.includes(last);
        const idleSince = isOpen ? Infinity : (last as ClosedBatch).closedAt;
        return { bucket: last.bucket, prefix: last.prefix, isOpen, idleSince };
      });
  }

  /** The next batch of this prefix is its first. */
  forget(place: { readonly bucket: string; readonly prefix: string }): void {
    const name = placeOf(place);
    this.#forgotten.set(name, this.closed.filter((batch) => placeOf(batch) === name).length);
  }

  #add(bucket: string, prefix: string, arrived: readonly ObjectCreated[], now: number): OpenBatch {
    const isOfPrefix = (other: OpenBatch) => other.bucket === bucket && other.prefix === prefix;
    const before = this.open.find(isOfPrefix);
    const batch = {
      bucket,
      prefix,
      sequence:
        this.closed.filter(isOfPrefix).length -
        (this.#forgotten.get(placeOf({ bucket, prefix })) ?? 0) +
        1,
      events: [...(before?.events ?? []), ...arrived],
      firstStoredAt: before?.firstStoredAt ?? now,
      lastStoredAt: Math.max(before?.lastStoredAt ?? now, now),
    };
    this.open = [...this.open.filter((other) => other !== before), batch];
    return batch;
  }
}

function placeOf({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }): string {
  return `${bucket}/${prefix}`;
}

/** What the announcement says of a batch. */
export function contentOf({ events, ...batch }: OpenBatch) {
  return {
    bucket: batch.bucket,
    prefix: batch.prefix,
    sequence: batch.sequence,
    eventCount: events.length,
    fileCount: new Set(events.map(({ key }) => key.toWellFormed())).size,
    totalBytes: events.reduce((sum, { size }) => sum + size, 0),
    firstEventTime: Math.min(...events.map(({ time }) => time)),
    lastEventTime: Math.max(...events.map(({ time }) => time)),
  };
}

/** The first `depth` directories of a key. */
export function prefixOf(key: string, depth: number): string {
  const directories = key.toWellFormed().split("/").slice(0, -1);
  return directories
    .slice(0, depth)
    .map((directory) => `${directory}/`)
    .join("");
}

/** Two deliveries of one object event have one identity. */
export function identityOf({ bucket, key, version, sequencer, id }: ObjectCreated): string {
  const event =
    sequencer === undefined
      ? ["id", id]
      : ["sequencer", version ?? "", sequencer.toLowerCase().replace(/0+$/, "")];
  return JSON.stringify([bucket, key.toWellFormed(), ...event]);
}

function isIgnored(key: string, patterns: readonly string[]): boolean {
  return [".quilt/*", ...patterns].some((pattern) => {
    const whole = pattern.includes("*") ? pattern : `${pattern.replace(/\/$/, "")}/*`;
    const expression = whole.replace(/[.*+?^${}()|[\]\\]/g, (c) => (c === "*" ? "[^]*" : `\\${c}`));
    return new RegExp(`^${expression}$`).test(key);
  });
}

function maxAgeDue(batch: OpenBatch, { maxAgeSeconds }: Rules): number {
  return batch.firstStoredAt + (maxAgeSeconds ?? Infinity) * 1000;
}

function durationDue(batch: OpenBatch, { durationSeconds }: Rules): number {
  return batch.lastStoredAt + durationSeconds * 1000;
}
