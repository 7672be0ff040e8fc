// The stack: one monitor, set by the stack's config, and its outputs. `pulumi up` runs this file;
// programs that import the package get components/index.ts.
import { EdpMonitor } from "./components";
import { argsFromStackConfig } from "./components/args";

const monitor = new EdpMonitor("edp-monitor", argsFromStackConfig());

export const eventBusName = monitor.eventBusName;
export const eventBusArn = monitor.eventBusArn;
export const topicArn = monitor.topicArn;
export const queueUrl = monitor.queueUrl;
export const deadLetterQueueUrl = monitor.deadLetterQueueUrl;
export const targetDeadLetterQueueUrl = monitor.targetDeadLetterQueueUrl;
export const databaseEndpoint = monitor.databaseEndpoint;
export const alarmTopicArn = monitor.alarmTopicArn;
export const dashboardUrl = monitor.dashboardUrl;
export const enableEventBridgeCommand = monitor.enableEventBridgeCommand;
