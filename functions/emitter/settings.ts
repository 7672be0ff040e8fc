import {
  databaseAccessFromEnvironment,
  environmentOf,
  heartbeatTimingFromEnvironment,
  thresholdsFromEnvironment,
  type DatabaseAccess,
  type HeartbeatTiming,
  type Thresholds,
} from "../contract";

/** What the emitter is told by its environment; see `settingsFromEnvironment`. */
export interface Settings {
  readonly access: DatabaseAccess;
  readonly thresholds: Thresholds;
  readonly heartbeat: HeartbeatTiming;
  readonly retentionDays: number;
  /** Dimension of the metrics. */
  readonly bucket: string;
  /** Where announcements go. */
  readonly eventBusArn: string;
  /** Of the ARNs in announcements: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
}

/** Reads everything once. Throws by name when a variable is missing or wrong. */
export function settingsFromEnvironment(variables: Record<string, string | undefined>): Settings {
  const environment = environmentOf(variables);
  return {
    access: databaseAccessFromEnvironment(environment),
    thresholds: thresholdsFromEnvironment(environment),
    heartbeat: heartbeatTimingFromEnvironment(environment),
    retentionDays: environment.number("LEDGER_RETENTION_DAYS"),
    bucket: environment.string("BUCKET_NAME"),
    eventBusArn: environment.string("EVENT_BUS_ARN"),
    partition: environment.string("PARTITION"),
  };
}
