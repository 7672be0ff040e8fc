import * as aws from "@pulumi/aws";
import { EdpMonitor } from "edp-monitor";

const bucket = new aws.s3.Bucket("instruments");

// The id of a bucket is its name, and nobody knows it before the bucket is there.
const monitor = bucket.id.apply(
  (bucketName) =>
    new EdpMonitor(
      "instruments",
      { bucketName, enableBucketNotifications: true },
      { dependsOn: [bucket] },
    ),
);

export const bucketName = bucket.id;
export const topicArn = monitor.topicArn;
