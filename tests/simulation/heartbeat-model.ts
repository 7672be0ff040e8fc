/** Seconds of the heartbeat, as the emitter is told them. */
export interface HeartbeatRules {
  readonly periodSeconds: number;
  readonly missingAfterSeconds: number;
  readonly holdAfterTroubleSeconds: number;
  readonly holdLimitSeconds: number;
}

interface Beat {
  sentAt: number;
  recordedAt?: number;
}

export interface Look {
  readonly behind: boolean;
  /** Duration triggers are held until the next look. */
  readonly hold: boolean;
  readonly note: () => void;
}

/** Only time between two looks that are closer than this was seen by a running emitter. */
const maxLookMs = 10_000;
/** Beats that are missing for so many periods are given up. */
const rememberedPeriods = 1440;

/**
 * When duration triggers are held: the second half of the specification. It knows the beats that were
 * sent, which the emitter does not; both must come to the same.
 */
export class HeartbeatModel {
  readonly #rules: HeartbeatRules;
  /** Every beat from the first that ever arrived, with the moment it was recorded. */
  #beats: Beat[] = [];
  #isSeen = false;
  #trouble = -Infinity;
  #isRestarted = false;
  #observedAt: number | undefined;
  #heldMs = 0;
  /** The last look that found the pipeline behind. */
  lastBehindAt = -Infinity;

  constructor(rules: HeartbeatRules) {
    this.#rules = rules;
  }

  sent(sentAt: number): void {
    this.#beats.push({ sentAt });
  }

  /** One transaction of ingest records these, whatever order they came in. */
  recorded(sentAt: readonly number[], recordedAt: number): void {
    for (const one of [...sentAt].sort((a, b) => a - b)) this.#record(one, recordedAt);
  }

  #record(sentAt: number, recordedAt: number): void {
    const beat = this.#beats.find((other) => other.sentAt === sentAt);
    if (!beat || beat.recordedAt !== undefined) return; // a second copy, or given up
    beat.recordedAt = recordedAt;
    // What was sent before the first that ever arrived is not missed.
    if (!this.#isSeen) this.#beats = this.#beats.filter((other) => other.sentAt >= sentAt);
    this.#isSeen = true;
    if (recordedAt - sentAt > this.#rules.missingAfterSeconds * 1000) {
      this.#inTrouble(recordedAt);
    }
  }

  /** The database was restarted: the next look will see it. */
  restarted(): void {
    this.#isRestarted = this.#observedAt !== undefined;
  }

  /** Days went by in which every beat came as it should. */
  shift(byMs: number): void {
    for (const beat of this.#beats) {
      beat.sentAt += byMs;
      if (beat.recordedAt !== undefined) beat.recordedAt += byMs;
    }
  }

  /** What a look of the emitter at `now` sees. The next look knows of it if it is noted. */
  look(now: number): Look {
    const isMissing = this.#isMissing(now);
    const isTrouble = isMissing || this.#isRestarted;
    const behind = !this.#isSeen || isTrouble || now < this.#trouble;
    const passed = Math.min(maxLookMs, Math.max(0, now - (this.#observedAt ?? now)));
    const heldMs = behind ? this.#heldMs + passed : 0;
    const isUsedUp = heldMs >= this.#rules.holdLimitSeconds * 1000;
    const arrived = new Set(this.#arrived());
    const note = () => {
      if (isTrouble) this.#inTrouble(now);
      this.#isRestarted = false;
      this.#heldMs = heldMs;
      this.#observedAt = now;
      if (behind) this.lastBehindAt = now;
      if (isUsedUp) this.#giveUpMissing(arrived);
    };
    return { behind, hold: behind && !isUsedUp, note };
  }

  /** Whether a look at `now` would hold, as far as one can say before it. */
  wouldHold(now: number): boolean {
    return !this.#isSeen || this.#isMissing(now) || now < this.#trouble;
  }

  /** Whether a beat is missing that was due long enough ago; the next one is due a period later. */
  #isMissing(now: number): boolean {
    const { periodSeconds, missingAfterSeconds } = this.#rules;
    const periodMs = periodSeconds * 1000;
    const next = { sentAt: (this.#beats.at(-1)?.sentAt ?? now) + periodMs };
    if (!this.#isSeen) return false; // which were sent before the first that arrives, nobody knows
    return [...this.#beats, next].some(
      ({ sentAt, recordedAt }: Beat) =>
        recordedAt === undefined &&
        sentAt + missingAfterSeconds * 1000 < now &&
        sentAt > now - rememberedPeriods * periodMs,
    );
  }

  #inTrouble(at: number): void {
    this.#trouble = Math.max(this.#trouble, at + this.#rules.holdAfterTroubleSeconds * 1000);
  }

  #arrived(): Beat[] {
    return this.#beats.filter(({ recordedAt }) => recordedAt !== undefined);
  }

  /**
   * What was missing at the look that used up the limit, up to the newest that had `arrived` by then:
   * nothing older is kept. Except for what has come since, which the next look sees, and then misses
   * what is not kept any more between the two.
   */
  #giveUpMissing(arrived: ReadonlySet<Beat>): void {
    const newest = this.#beats.findLastIndex((beat) => arrived.has(beat));
    const older = this.#beats.splice(0, Math.max(0, newest));
    const since = older.findIndex((beat) => beat.recordedAt !== undefined && !arrived.has(beat));
    if (since === -1) return;
    const left = older.slice(since);
    for (const beat of left) if (arrived.has(beat)) delete beat.recordedAt;
    this.#beats.unshift(...left);
  }
}
