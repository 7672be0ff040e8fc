export { EdpMonitor } from "./edp-monitor";
export type { EdpMonitorArgs } from "./edp-monitor-args";
