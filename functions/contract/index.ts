export {
  announcementDetailType,
  announcementOf,
  announcementSource,
  triggers,
  type Announcement,
  type Batch,
  type Trigger,
} from "./announcement";
export { certificatesFile, regionsOfCertificates } from "./certificates";
export {
  databaseAccessFromEnvironment,
  databaseAccessToEnvironment,
  databaseName,
  runtimeRole,
  type DatabaseAccess,
} from "./database-access";
export { environmentOf, type Environment } from "./environment";
export {
  alwaysIgnored,
  listedPatterns,
  parseIgnorePatterns,
  type IgnorePatterns,
} from "./ignore-patterns";
export {
  bucketDimension,
  embeddedMetrics,
  metrics,
  metricsNamespace,
  valuesPerLine,
  type Metric,
  type MetricName,
  type MetricValues,
} from "./metrics";
export { limits } from "./limits";
export type { MigrationRequest, MigrationResult } from "./migration-request";
export {
  parseMessage,
  type Intake,
  type Message,
  type ObjectEvent,
  type RejectionReason,
} from "./object-event";
export { cutText, errorText, storableText, valueText } from "./outside-text";
export { prefixOf } from "./prefix";
export { refusalOf } from "./put-events-answer";
export {
  runtimeSettingsFromEnvironment,
  runtimeSettingsToEnvironment,
  type ReadSettings,
  type RuntimeSettings,
} from "./runtime-settings";
export { thresholdVariables, type Thresholds } from "./thresholds";
export {
  heartbeatTimingFromEnvironment,
  heartbeatTimingToEnvironment,
  timing,
  type HeartbeatTiming,
} from "./timing";
export { wakeDetailType, wakeEntry, wakePattern, wakeSource } from "./wake";
