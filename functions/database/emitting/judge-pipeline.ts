import type { HeartbeatTiming } from "../../contract";

/** What is known of the pipeline behind the object events at one look. Times are seconds since 1970. */
export interface PipelineSeen {
  readonly now: number;
  /** By ascending `sentAt`. */
  readonly beats: readonly Beat[];
  /** Whether the database was started again since the look before. */
  readonly isRestarted: boolean;
  /** The look before; null: this is the first. */
  readonly observedAt: number | null;
  /** Until when duration triggers wait for earlier trouble. */
  readonly holdUntil: number | null;
  readonly heldSeconds: number;
}

export interface Beat {
  readonly sentAt: number;
  readonly recordedAt: number;
}

/** What the emitter sees of the pipeline behind the object events. */
export interface PipelineState {
  /** Object events may be waiting where the emitter cannot see them. */
  readonly behind: boolean;
  /** Duration triggers must wait: behind, and not yet for longer than the limit. */
  readonly hold: boolean;
  /** Seconds, as seen by running emitters, for which the pipeline has been behind. */
  readonly heldSeconds: number;
  /** Age in seconds of the newest beat; null when none was ever seen. */
  readonly heartbeatAgeSeconds: number | null;
}

export interface PipelineJudgement {
  readonly state: PipelineState;
  readonly holdUntil: number | null;
  /** Beats that need not be kept, by `sentAt`. */
  readonly forgotten: readonly number[];
}

/** Time between two looks that counts as observed: longer pauses had no running emitter. */
const maxLookSeconds = 10;

/** Beats older than this many periods are not missed any more: EventBridge gives up after a day. */
const rememberedBeats = 1440;

/** In periods. Schedules jitter by seconds, and a missing beat leaves two. */
const maxStep = 1.5;

/**
 * A beat is a sample and no barrier (standard queues are unordered, a failed batch is invisible while
 * newer beats pass), so the pipeline is behind while any beat is missing, and for a while after: the
 * failed batch that carried it may not be the only one. The same after the database was restarted.
 * An hour of outage without an emitter must not use up the limit, or everything would go out at the
 * very moment of recovery: only time between looks counts.
 */
export function judgePipeline(seen: PipelineSeen, timing: HeartbeatTiming): PipelineJudgement {
  const { now, beats, observedAt } = seen;
  const { periodSeconds, missingAfterSeconds, holdAfterTroubleSeconds, holdLimitSeconds } = timing;
  const gaps = beatsBeforeGaps(seen, periodSeconds);
  const isMissing = gaps.some(({ sentAt }) => sentAt + periodSeconds + missingAfterSeconds < now);
  const late = beats.filter(({ sentAt, recordedAt }) => recordedAt - sentAt > missingAfterSeconds);
  const holdUntil = latest([
    ...(seen.holdUntil === null ? [] : [seen.holdUntil]),
    ...late.map(({ recordedAt }) => recordedAt + holdAfterTroubleSeconds),
    ...(isMissing || seen.isRestarted ? [now + holdAfterTroubleSeconds] : []),
  ]);
  const newest = beats.at(-1);
  const behind = !newest || isMissing || (holdUntil !== null && now < holdUntil);
  const passed = observedAt === null ? 0 : Math.min(Math.max(now - observedAt, 0), maxLookSeconds);
  const heldSeconds = behind ? seen.heldSeconds + passed : 0;
  const isLimitReached = heldSeconds >= holdLimitSeconds;
  // Up to the first missing beat, or, once the limit is reached, up to the newest: what is still missing
  // then is given up, or one lost beat would hold every batch for ever.
  const oldestKept = (isLimitReached ? newest : gaps[0])?.sentAt ?? now;
  return {
    state: {
      behind,
      hold: behind && !isLimitReached,
      heldSeconds,
      heartbeatAgeSeconds: newest ? now - newest.sentAt : null,
    },
    holdUntil,
    forgotten: beats.map(({ sentAt }) => sentAt).filter((sentAt) => sentAt < oldestKept),
  };
}

/** The beats that are not followed by the next in time; the newest is not followed by any yet. */
function beatsBeforeGaps({ now, beats }: PipelineSeen, periodSeconds: number): Beat[] {
  return beats.filter(({ sentAt }, index) => {
    const next = beats[index + 1];
    if (!next) return true;
    const isGap = next.sentAt - sentAt > maxStep * periodSeconds;
    return isGap && next.sentAt > now - rememberedBeats * periodSeconds;
  });
}

/** Null: there is none. */
function latest(times: readonly number[]): number | null {
  return times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b));
}
