// What Pulumi reads the components' args and outputs from; what runs is index.cjs.
export { EdpMonitor, PackageSubscription, QuiltEngine } from "edp-monitor";
