export { certificatesWarning } from "./certificates";
export { edpMonitorAllowed, type SettledArgs } from "./edp-monitor-allowed";
export type { EdpMonitorArgs } from "./edp-monitor-args";
export { parseEventBusName } from "./event-bus-name";
export { argsFromStackConfig } from "./stack-config";
export type { PackageSubscriptionArgs } from "./package-subscription-args";
export {
  packageSubscriptionAllowed,
  type SettledSubscriptionArgs,
} from "./package-subscription-table";
export type { QuiltEngineArgs } from "./quilt-engine-args";
export { quiltEngineAllowed, type SettledQuiltEngineArgs } from "./quilt-engine-table";
export { settled, validated } from "./validate";
