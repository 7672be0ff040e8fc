import * as pulumi from "@pulumi/pulumi";
import { EdpMonitor, QuiltEngine } from "edp-monitor";

const bucketName = "instrument-bucket";
const monitor = new EdpMonitor("instruments", { bucketName });

const engine = new QuiltEngine("instruments-quilt", {
  eventBusName: monitor.eventBusName,
  bucketName,
  queueArn: new pulumi.Config().require("packagerQueueArn"),
  alarmTopicArn: monitor.alarmTopicArn,
});

export const queuePolicyStatement = engine.queuePolicyStatement;
