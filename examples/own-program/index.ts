import * as aws from "@pulumi/aws";
import { EdpMonitor, PackageSubscription } from "edp-monitor";

const bucketName = "instrument-bucket";
const monitor = new EdpMonitor("instruments", {
  bucketName,
  bucketThresholdEventCount: 100,
  bucketThresholdDuration: 600,
});

// A queue of your own that gets the announcements of one instrument.
const packages = new aws.sqs.Queue("packages");
new PackageSubscription("packages", {
  eventBusName: monitor.eventBusName,
  bucketName,
  prefixPattern: "sequencer-1/*",
  queueArn: packages.arn,
  alarmTopicArn: monitor.alarmTopicArn,
});

export const topicArn = monitor.topicArn;
