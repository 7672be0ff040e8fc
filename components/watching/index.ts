export { createAlarm } from "./alarm";
export type { AlarmSpec } from "./alarm-spec";
export { deadLetters, lostEvents } from "./alarm-specs-aws";
export { Alarms } from "./alarms";
export { Dashboard } from "./dashboard";
