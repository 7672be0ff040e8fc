import { setImmediate as turn } from "node:timers/promises";

/** Pseudo-random numbers from one seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, and without, 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, place: this.fraction() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}

interface Event {
  at: number;
  readonly action: () => void | Promise<void>;
  isCancelled: boolean;
}

/** When every history begins; whole seconds, as S3's own times. */
export const startOfTime = Date.parse("2026-11-23T10:00:00Z");

/**
 * Simulated time. Everything that happens is an event in one list; between two events nothing moves,
 * so the same seed gives the same history, and a month passes in no time.
 */
export class World {
  readonly random: Random;
  /** Milliseconds since 1970, by the clock of the machines. */
  now = startOfTime;
  readonly #events: Event[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** Does `action` at that time, or now if it has passed; returns what cancels it. */
  at(time: number, action: () => void | Promise<void>): () => void {
    const event = { at: Math.max(time, this.now), action, isCancelled: false };
    let place = this.#events.length;
    while (place > 0 && this.#events[place - 1]!.at > event.at) place--;
    this.#events.splice(place, 0, event);
    return () => (event.isCancelled = true);
  }

  after(ms: number, action: () => void | Promise<void>): () => void {
    return this.at(this.now + ms, action);
  }

  /** Moves the clocks; what was to come comes as much later. */
  skip(ms: number): void {
    this.now += ms;
    for (const event of this.#events) event.at += ms;
  }

  /** Lets time pass, and all happen that it brings. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    while (this.#events[0] && this.#events[0].at <= until) await this.#happen();
    this.now = until;
  }

  /** Lets time pass until `isReached`; false: that took longer than `limitMs`. */
  async passUntil(isReached: () => boolean, limitMs: number): Promise<boolean> {
    const until = this.now + limitMs;
    while (!isReached()) {
      if (!this.#events[0] || this.#events[0].at > until) return false;
      await this.#happen();
    }
    return true;
  }

  async #happen(): Promise<void> {
    const event = this.#events.shift()!;
    if (event.isCancelled) return;
    this.now = event.at;
    await event.action();
    await turn(); // every promise that this has settled has been heard
  }
}
