import { valuesPerLine, type Batch, type MetricValues } from "../contract";
import type { ClosedBatch, Gauges, PipelineState } from "../database";
import type { EmitterLog } from "./ports";

/** A heartbeat's age as it was seen longer ago says nothing of now. */
const maxAgoMs = 60_000;

/** Adds up what one run of the emitter did, for its metrics. */
export class Meter implements Pick<
  EmitterLog,
  "closed" | "published" | "failed" | "announced" | "looked"
> {
  readonly #closed = { duration: 0, "max-age": 0, "event-count": 0 };
  #published = 0;
  #held = 0;
  #failed = 0;
  #lateness: number[] = [];
  #state: PipelineState | undefined;
  #lookedAt = 0;
  readonly #now: () => number;

  /** `now`: milliseconds, by any clock. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  closed({ trigger }: ClosedBatch): void {
    this.#closed[trigger]++;
  }

  published({ held }: Batch): void {
    this.#published++;
    if (held) this.#held++;
  }

  failed(): void {
    this.#failed++;
  }

  announced(lateness: readonly number[]): void {
    this.#lateness.push(...lateness);
  }

  /**
   * Takes the lateness of the announcements that fill a log line, or more than one: a run may announce
   * a hundred thousand batches, and must neither keep nor say all of that at its end.
   */
  *fullLines(): Generator<readonly number[]> {
    while (this.#lateness.length >= valuesPerLine) {
      yield this.#lateness.slice(0, valuesPerLine);
      this.#lateness = this.#lateness.slice(valuesPerLine);
    }
  }

  looked(state: PipelineState): void {
    this.#state = state;
    this.#lookedAt = this.#now();
  }

  /** Whether this run held the lease: another one's metrics would be counted twice. */
  get hasLooked(): boolean {
    return this.#state !== undefined;
  }

  /** The run's metrics; `gauges` are left out when they could not be read. */
  values(gauges: Gauges | undefined): MetricValues {
    const isFresh = this.#now() - this.#lookedAt < maxAgoMs;
    const age = isFresh ? (this.#state?.heartbeatAgeSeconds ?? undefined) : undefined;
    return {
      BatchesClosedByEventCount: this.#closed["event-count"],
      BatchesClosedByDuration: this.#closed.duration,
      BatchesClosedByMaxAge: this.#closed["max-age"],
      BatchesPublished: this.#published,
      BatchesHeld: this.#held,
      FailedEntries: this.#failed,
      AnnouncementLateness: this.#lateness,
      ...(age !== undefined && { HeartbeatAge: age }),
      ...(gauges && {
        OpenPrefixes: gauges.openPrefixes,
        UnpublishedBatches: gauges.unpublishedBatches,
        OldestUnpublishedAge: gauges.oldestUnpublishedSeconds,
        LedgerRows: gauges.ledgerRows,
      }),
    };
  }
}
