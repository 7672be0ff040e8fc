import {
  databaseAccessFromEnvironment,
  environmentOf,
  runtimeSettingsFromEnvironment,
  type DatabaseAccess,
  type ReadSettings,
} from "../contract";

/** What ingest is told by its environment; see `settingsFromEnvironment`. */
export interface Settings extends Omit<ReadSettings, "thresholds"> {
  readonly access: DatabaseAccess;
  /** Object events of one prefix that close its batch; the other thresholds are the emitter's. */
  readonly eventCount: number;
  /** Says in the wake event which emitter is meant. */
  readonly objectQueueArn: string;
}

/** Reads everything once. Throws by name when a variable is missing or wrong. */
export function settingsFromEnvironment(variables: Record<string, string | undefined>): Settings {
  const environment = environmentOf(variables);
  const { thresholds, ...settings } = runtimeSettingsFromEnvironment(environment);
  return {
    ...settings,
    access: databaseAccessFromEnvironment(environment),
    eventCount: thresholds.eventCount,
    objectQueueArn: environment.string("OBJECT_QUEUE_ARN"),
  };
}
