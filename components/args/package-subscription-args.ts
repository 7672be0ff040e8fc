import type * as pulumi from "@pulumi/pulumi";

/** A consumer of the announcements of one bucket: exactly one of the four targets is given. */
export interface PackageSubscriptionArgs {
  /** Event bus of the announcements, by name or ARN: `eventBusName` of a monitor. */
  eventBusName: pulumi.Input<string>;
  /** Name of the bucket whose batches are wanted: `bucketName` of the monitor. */
  bucketName: pulumi.Input<string>;
  /**
   * Prefixes whose batches are wanted, such as `sequencer-1/*`: `*` stands for any characters, a pattern
   * without it is a whole folder.
   * @default - all
   */
  prefixPattern?: pulumi.Input<string>;
  /** ARN of a standard SQS queue of this account and region, whose policy is written: see `manageQueuePolicy`. */
  queueArn?: pulumi.Input<string>;
  /**
   * ARN of a Lambda function of this account and region, or of a version or an alias of it. It is called
   * asynchronously: what it fails at is its own matter, see docs/using.md.
   */
  functionArn?: pulumi.Input<string>;
  /** ARN of a Step Functions state machine of this account and region, or of a version or an alias of it. */
  stateMachineArn?: pulumi.Input<string>;
  /**
   * ARN of another event bus, also of another account or region; the policy of that bus must let this
   * account put events on it then.
   */
  targetEventBusArn?: pulumi.Input<string>;
  /**
   * Whether to write the policy of the queue, of which SQS has one for each queue. Set it to false for a
   * queue that has a policy already, and let that one admit the rule `ruleArn`.
   * @default true
   */
  manageQueuePolicy?: boolean;
  /**
   * ARN of an SNS topic for the alarms on announcements that could not be delivered: `alarmTopicArn` of a
   * monitor.
   * @default - no alarms
   */
  alarmTopicArn?: pulumi.Input<string>;
  /**
   * ARN of a managed policy that is the permissions boundary of the role that a state machine or another
   * bus needs.
   * @default - none
   */
  permissionsBoundaryArn?: pulumi.Input<string>;
  /**
   * Tags for every resource that can have them.
   * @default - none
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
