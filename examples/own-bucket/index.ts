import * as aws from "@pulumi/aws";
import { EdpMonitor } from "edp-monitor";

const bucket = new aws.s3.Bucket("instruments");

const monitor = new EdpMonitor("instruments", {
  bucketName: bucket.bucket,
  enableBucketNotifications: true,
});

export const bucketName = bucket.bucket;
export const topicArn = monitor.topicArn;
