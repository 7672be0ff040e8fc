import {
  databaseAccessFromEnvironment,
  environmentOf,
  heartbeatTimingFromEnvironment,
  runtimeSettingsFromEnvironment,
  type DatabaseAccess,
  type HeartbeatTiming,
  type ReadSettings,
} from "../contract";

/** What the emitter is told by its environment; see `settingsFromEnvironment`. */
export interface Settings extends Pick<ReadSettings, "bucket" | "thresholds" | "retentionDays"> {
  readonly access: DatabaseAccess;
  readonly heartbeat: HeartbeatTiming;
  /** Where announcements go. */
  readonly eventBusArn: string;
  /** Of the ARNs in announcements: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
}

/** Reads everything once. Throws by name when a variable is missing or wrong. */
export function settingsFromEnvironment(variables: Record<string, string | undefined>): Settings {
  const environment = environmentOf(variables);
  return {
    ...runtimeSettingsFromEnvironment(environment),
    access: databaseAccessFromEnvironment(environment),
    heartbeat: heartbeatTimingFromEnvironment(environment),
    eventBusArn: environment.string("EVENT_BUS_ARN"),
    partition: environment.string("PARTITION"),
  };
}
