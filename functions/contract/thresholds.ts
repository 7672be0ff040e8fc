import type { Environment } from "./environment";

/** When a batch closes. Plain numbers; who sets them has validated them (`components`). */
export interface Thresholds {
  /** Object events of one prefix that close its batch (trigger `event-count`). */
  readonly eventCount: number;
  /** Seconds without a new object event that close the batch (trigger `duration`). */
  readonly durationSeconds: number;
  /** Seconds since the batch's first object event that close it (trigger `max-age`); none: no bound. */
  readonly maxAgeSeconds?: number;
}

/** The Lambda environment variables that carry the thresholds. */
export const thresholdVariables = {
  eventCount: "THRESHOLD_EVENT_COUNT",
  durationSeconds: "THRESHOLD_DURATION_SECONDS",
  maxAgeSeconds: "THRESHOLD_MAX_AGE_SECONDS",
} as const;

/** The thresholds as environment variables; `maxAgeSeconds` is left out where there is none. */
export function thresholdsToEnvironment(thresholds: Thresholds): Record<string, string> {
  const { eventCount, durationSeconds, maxAgeSeconds } = thresholds;
  return {
    [thresholdVariables.eventCount]: String(eventCount),
    [thresholdVariables.durationSeconds]: String(durationSeconds),
    ...(maxAgeSeconds === undefined
      ? {}
      : { [thresholdVariables.maxAgeSeconds]: String(maxAgeSeconds) }),
  };
}

/** The way back. Throws by name when a variable is missing or not a positive number. */
export function thresholdsFromEnvironment(environment: Environment): Thresholds {
  const maxAgeSeconds = environment.optionalNumber(thresholdVariables.maxAgeSeconds);
  return {
    eventCount: environment.number(thresholdVariables.eventCount),
    durationSeconds: environment.number(thresholdVariables.durationSeconds),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}
