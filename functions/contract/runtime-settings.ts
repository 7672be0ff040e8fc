import type { Environment } from "./environment";
import { parseIgnorePatterns, type IgnorePatterns } from "./ignore-patterns";
import { thresholdsFromEnvironment, thresholdsToEnvironment, type Thresholds } from "./thresholds";

/** What the user set that ingest and the emitter follow; both are told all of it. */
export interface RuntimeSettings {
  /** Its name. */
  readonly bucket: string;
  /** As the user wrote them; see `parseIgnorePatterns`. */
  readonly ignorePrefixes: string;
  readonly prefixDepth: number;
  readonly thresholds: Thresholds;
  /** How long the ledger remembers. */
  readonly retentionDays: number;
}

/** As a Lambda has them, its ignore patterns ready to use. */
export type ReadSettings = Omit<RuntimeSettings, "ignorePrefixes"> & {
  readonly ignorePatterns: IgnorePatterns;
};

/** The settings as environment variables. */
export function runtimeSettingsToEnvironment(settings: RuntimeSettings): Record<string, string> {
  return {
    ...thresholdsToEnvironment(settings.thresholds),
    BUCKET_NAME: settings.bucket,
    BUCKET_IGNORE_PREFIXES: settings.ignorePrefixes,
    BUCKET_PREFIX_DEPTH: String(settings.prefixDepth),
    LEDGER_RETENTION_DAYS: String(settings.retentionDays),
  };
}

/** The way back. Throws by name when a variable is missing or wrong. */
export function runtimeSettingsFromEnvironment(environment: Environment): ReadSettings {
  return {
    bucket: environment.string("BUCKET_NAME"),
    ignorePatterns: parseIgnorePatterns(environment.text("BUCKET_IGNORE_PREFIXES")),
    prefixDepth: environment.wholeNumber("BUCKET_PREFIX_DEPTH"),
    thresholds: thresholdsFromEnvironment(environment),
    retentionDays: environment.number("LEDGER_RETENTION_DAYS"),
  };
}
