import type { BusEvent } from "../../local/events/bus";

const dayMs = 24 * 60 * 60 * 1000;
/** Buckets that are named; more of them would be another problem than a name. */
const maxNamed = 5;

/** What became of recorded events, by what there is to do about it. */
export class Tally {
  readonly #bucket: string;
  readonly #retentionDays: number;
  readonly #otherBuckets = new Map<string, number>();
  readonly #otherKinds = new Map<string, number>();
  #events = 0;
  #taken = 0;
  #ignored = 0;
  #old = 0;

  constructor(bucket: string, retentionDays: number) {
    this.#bucket = bucket;
    this.#retentionDays = retentionDays;
  }

  /** Events that the rule took. */
  get taken(): number {
    return this.#taken;
  }

  add(event: BusEvent, isTaken: boolean): void {
    this.#events++;
    if (isTaken) {
      this.#taken++;
      if (Date.parse(event.time) < Date.now() - (this.#retentionDays - 1) * dayMs) this.#old++;
      return;
    }
    const bucket = (event.detail as { bucket?: { name?: unknown } } | null)?.bucket?.name;
    if (event.source !== "aws.s3" || event["detail-type"] !== "Object Created") {
      count(this.#otherKinds, `${event.source} ${event["detail-type"]}`);
    } else if (bucket !== this.#bucket) count(this.#otherBuckets, String(bucket));
    else this.#ignored++;
  }

  /** One for each thing to know, with what to do. */
  lines(): string[] {
    return [
      ...[...this.#otherBuckets].slice(0, maxNamed).map(([name, number]) => {
        return `${this.#of(number)} of ${name}: --set bucketName=${name}`;
      }),
      ...more(this.#otherBuckets, "buckets"),
      ...[...this.#otherKinds].slice(0, maxNamed).map(([kind, number]) => {
        return `${this.#of(number)} ${kind}: only aws.s3 Object Created counts`;
      }),
      ...more(this.#otherKinds, "kinds"),
      ...(this.#ignored > 0
        ? [`${this.#of(this.#ignored)} ignored by the rule: see --set bucketIgnorePrefixes=...`]
        : []),
      ...(this.#old > 0
        ? [
            `${this.#of(this.#old)} older than the ledger remembers, and rejected: --now counts them`,
          ]
        : []),
    ];
  }

  #of(number: number): string {
    return `${number} of ${this.#events} ${number === 1 ? "is" : "are"}`;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function more(counts: Map<string, number>, what: string): string[] {
  return counts.size > maxNamed ? [`and of ${counts.size - maxNamed} more ${what}`] : [];
}
