export { createAlarm } from "./alarm";
export type { AlarmSpec } from "./alarm-specs";
export { deadLetters, lostEvents } from "./alarm-specs-aws";
export { Alarms } from "./alarms";
export { Dashboard } from "./dashboard";
