import {
  databaseAccessFromEnvironment,
  environmentOf,
  parseIgnorePatterns,
  thresholdsFromEnvironment,
  type DatabaseAccess,
  type IgnorePatterns,
} from "../contract";

/** What ingest is told by its environment; see `settingsFromEnvironment`. */
export interface Settings {
  readonly access: DatabaseAccess;
  readonly bucket: string;
  readonly ignorePatterns: IgnorePatterns;
  readonly prefixDepth: number;
  /** Object events of one prefix that close its batch. */
  readonly eventCount: number;
  readonly retentionDays: number;
  /** Says in the wake event which emitter is meant. */
  readonly objectQueueArn: string;
}

/** Reads everything once. Throws by name when a variable is missing or wrong. */
export function settingsFromEnvironment(variables: Record<string, string | undefined>): Settings {
  const environment = environmentOf(variables);
  return {
    access: databaseAccessFromEnvironment(environment),
    bucket: environment.string("BUCKET_NAME"),
    ignorePatterns: parseIgnorePatterns(environment.text("BUCKET_IGNORE_PREFIXES")),
    prefixDepth: environment.wholeNumber("BUCKET_PREFIX_DEPTH"),
    eventCount: thresholdsFromEnvironment(environment).eventCount,
    retentionDays: environment.number("LEDGER_RETENTION_DAYS"),
    objectQueueArn: environment.string("OBJECT_QUEUE_ARN"),
  };
}
