export { EdpMonitor } from "./edp-monitor";
export type { EdpMonitorArgs } from "./args";
