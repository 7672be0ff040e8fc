/** What was uploaded under one prefix: what its batches must add up to. */
export interface Uploaded {
  /** Distinct object events. */
  readonly events: number;
  /** Distinct keys. */
  readonly files: number;
  readonly bytes: number;
}

/** What a test knows to be true, kept while it uploads. */
export class Uploads {
  readonly #keys = new Map<string, Set<string>>();
  readonly #sums = new Map<string, { events: number; bytes: number }>();

  /** To be called once for every distinct object event, whatever copies of it are sent. */
  add(prefix: string, key: string, bytes: number): void {
    const keys = this.#keys.get(prefix) ?? new Set();
    const sum = this.#sums.get(prefix) ?? { events: 0, bytes: 0 };
    keys.add(key);
    sum.events++;
    sum.bytes += bytes;
    this.#keys.set(prefix, keys);
    this.#sums.set(prefix, sum);
  }

  get byPrefix(): Map<string, Uploaded> {
    return new Map(
      [...this.#sums].map(([prefix, sum]) => [
        prefix,
        { ...sum, files: this.#keys.get(prefix)!.size },
      ]),
    );
  }
}
