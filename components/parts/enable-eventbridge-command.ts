/**
 * The shell command that switches EventBridge on for a bucket and keeps what else is in its
 * notification configuration, of which S3 has one per bucket: read it, add to it, write it back.
 * A bucket without any answers with nothing, hence `--slurp`. Each step runs only after the one before
 * succeeded: a failed reading must never be written back as an empty configuration. What others put
 * there is written back as it was, unvalidated: one destination of theirs that is gone would make S3
 * refuse it all, and those that are there would each get a test message, which not every consumer takes
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html).
 */
export function enableEventBridgeCommand(bucketName: string, region: string): string {
  const bucket = `--bucket ${bucketName} --region ${region}`;
  return [
    `old="$(aws s3api get-bucket-notification-configuration ${bucket} --output json)"`,
    `new="$(printf '%s' "$old" | jq --slurp '(.[0] // {}) + {EventBridgeConfiguration: {}}')"`,
    `aws s3api put-bucket-notification-configuration ${bucket} --skip-destination-validation --notification-configuration "$new"`,
  ].join(" && ");
}
