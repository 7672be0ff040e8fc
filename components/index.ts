export { EdpMonitor } from "./edp-monitor";
export type { EdpMonitorArgs, PackageSubscriptionArgs } from "./args";
export { PackageSubscription } from "./package-subscription";
