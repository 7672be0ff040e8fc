/**
 * The shell command that switches EventBridge on for a bucket and keeps what else is in its
 * notification configuration, of which S3 has one per bucket: read it, add to it, write it back.
 * A bucket without any answers with nothing, hence `--slurp`. Each step runs only after the one before
 * succeeded: a failed reading must never be written back as an empty configuration.
 */
export function enableEventBridgeCommand(bucketName: string, region: string): string {
  const bucket = `--bucket ${bucketName} --region ${region}`;
  return [
    `old="$(aws s3api get-bucket-notification-configuration ${bucket} --output json)"`,
    `new="$(printf '%s' "$old" | jq --slurp '(.[0] // {}) + {EventBridgeConfiguration: {}}')"`,
    `aws s3api put-bucket-notification-configuration ${bucket} --notification-configuration "$new"`,
  ].join(" && ");
}
