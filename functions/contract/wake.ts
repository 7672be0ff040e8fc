/**
 * The wake event: ingest puts it on the default bus when a batch opened or closed and no emitter is
 * awake; a rule starts the emitter. Best effort: the one-minute schedule comes anyway.
 */
export const wakeSource = "edp-monitor";
export const wakeDetailType = "batches-waiting";

/** One entry of PutEvents. The object queue's ARN says which monitor it is: many share the bus. */
export function wakeEntry(objectQueueArn: string) {
  return {
    Source: wakeSource,
    DetailType: wakeDetailType,
    Resources: [objectQueueArn],
    Detail: "{}",
  };
}

/** The pattern of the rule that starts the emitter of the monitor with this queue. */
export function wakePattern(objectQueueArn: string) {
  return {
    source: [wakeSource],
    "detail-type": [wakeDetailType],
    resources: [objectQueueArn],
  };
}
