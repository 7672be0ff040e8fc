import * as aws from "@pulumi/aws";
import { EdpMonitor } from "edp-monitor";

const monitor = new EdpMonitor("instruments", {
  bucketName: "instrument-bucket",
  bucketThresholdEventCount: 100,
  bucketThresholdDuration: 600,
});

// A queue of your own that gets the announcements of one instrument.
const packages = new aws.sqs.Queue("packages");
const rule = new aws.cloudwatch.EventRule("packages", {
  eventBusName: monitor.eventBusName,
  eventPattern: JSON.stringify({
    source: ["com.quiltdata.edp"],
    "detail-type": ["package-objects-ready"],
    detail: { bucket: ["instrument-bucket"], prefix: [{ prefix: "sequencer-1/" }] },
  }),
});
new aws.sqs.QueuePolicy("packages", {
  queueUrl: packages.url,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
        actions: ["sqs:SendMessage"],
        resources: [packages.arn],
        conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [rule.arn] }],
      },
    ],
  }).json,
});
new aws.cloudwatch.EventTarget("packages", {
  rule: rule.name,
  eventBusName: monitor.eventBusName,
  arn: packages.arn,
});

export const topicArn = monitor.topicArn;
