import type { Environment } from "./environment";

const ingestTimeout = 15;
/** Six function timeouts, as AWS asks for, and the window, rounded up. */
const visibilityTimeout = 100;

/**
 * Times, in seconds, that the queue, the schedules and the Lambdas must agree on, in one place.
 * The components set the resources from them, the emitter gets what it needs by its environment.
 */
export const timing = {
  /** An ingest invocation: parse, one transaction, one wake event. */
  ingestTimeout,
  /** How long messages are gathered for one ingest invocation (Lambda asks for at least 1). */
  batchingWindow: 2,
  visibilityTimeout,
  /** A run of the emitter; longer than two schedule periods, so that hand-over has no hole. */
  emitterTimeout: 150,
  /** Older asynchronous invocations of the emitter are dropped: the next schedule is due anyway. */
  emitterEventAge: 60,
  /** A migration, with its wait for the database to accept logins. */
  migrationTimeout: 300,
  /** Schedules of the emitter and of the heartbeat: EventBridge's finest rate. */
  schedulePeriod: 60,
  /** A beat that is this late is missing: period, jitter, window and a cold start. */
  beatMissingAfter: 150,
  /** How long duration triggers are held after trouble: one failed batch may still be invisible. */
  holdAfterTrouble: visibilityTimeout + ingestTimeout,
  /** How long, as observed by running emitters, duration triggers are held at the most. */
  holdLimit: 3600,
} as const;

/** What the emitter needs to judge the heartbeat, in seconds. */
export interface HeartbeatTiming {
  readonly periodSeconds: number;
  readonly missingAfterSeconds: number;
  readonly holdAfterTroubleSeconds: number;
  readonly holdLimitSeconds: number;
}

const variables = {
  periodSeconds: "HEARTBEAT_PERIOD_SECONDS",
  missingAfterSeconds: "HEARTBEAT_MISSING_AFTER_SECONDS",
  holdAfterTroubleSeconds: "HOLD_AFTER_TROUBLE_SECONDS",
  holdLimitSeconds: "HOLD_LIMIT_SECONDS",
} as const;

/** The heartbeat's timing as the emitter's environment variables. */
export function heartbeatTimingToEnvironment(): Record<string, string> {
  return {
    [variables.periodSeconds]: String(timing.schedulePeriod),
    [variables.missingAfterSeconds]: String(timing.beatMissingAfter),
    [variables.holdAfterTroubleSeconds]: String(timing.holdAfterTrouble),
    [variables.holdLimitSeconds]: String(timing.holdLimit),
  };
}

/** The way back. Throws by name when a variable is missing or not a positive number. */
export function heartbeatTimingFromEnvironment(environment: Environment): HeartbeatTiming {
  return {
    periodSeconds: environment.number(variables.periodSeconds),
    missingAfterSeconds: environment.number(variables.missingAfterSeconds),
    holdAfterTroubleSeconds: environment.number(variables.holdAfterTroubleSeconds),
    holdLimitSeconds: environment.number(variables.holdLimitSeconds),
  };
}
