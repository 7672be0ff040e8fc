export { EdpMonitor } from "./edp-monitor";
export type { EdpMonitorArgs, PackageSubscriptionArgs, QuiltEngineArgs } from "./args";
export { PackageSubscription } from "./package-subscription";
export { QuiltEngine } from "./quilt-engine";
