const maxStretches = 32;
const shortestMs = 1_000;

/**
 * When the object events of a batch came: how many in each stretch since the first. When there would
 * be too many stretches, each becomes twice as long: so a batch of a second and one of a day take as
 * little room.
 */
export class Arrivals {
  readonly #firstMs: number;
  #stretchMs = shortestMs;
  #counts: number[] = [];

  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  get stretchMs(): number {
    return this.#stretchMs;
  }

  get counts(): readonly number[] {
    return this.#counts;
  }

  add(atMs: number, events: number): void {
    while (this.#stretchOf(atMs) >= maxStretches) this.#double();
    const stretch = this.#stretchOf(atMs);
    while (this.#counts.length <= stretch) this.#counts.push(0);
    this.#counts[stretch]! += events;
  }

  #stretchOf(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.#firstMs) / this.#stretchMs));
  }

  #double(): void {
    this.#stretchMs *= 2;
    this.#counts = Array.from(
      { length: Math.ceil(this.#counts.length / 2) },
      (_, i) => this.#counts[2 * i]! + (this.#counts[2 * i + 1] ?? 0),
    );
  }
}
