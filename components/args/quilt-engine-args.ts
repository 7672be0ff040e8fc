import type * as pulumi from "@pulumi/pulumi";

/** Quilt's packaging engine as the consumer of one bucket's announcements. */
export interface QuiltEngineArgs {
  /** Event bus of the announcements, by name or ARN: `eventBusName` of a monitor. */
  eventBusName: pulumi.Input<string>;
  /** Name of the bucket whose batches are wanted: `bucketName` of the monitor. */
  bucketName: pulumi.Input<string>;
  /**
   * ARN of the engine's queue: the output `PackagerQueueArn` of the Quilt stack, of this account and
   * region. Its policy is the Quilt stack's, and has to admit the rule: see `queuePolicyStatement`.
   */
  queueArn: pulumi.Input<string>;
  /**
   * Prefixes whose batches are wanted, such as `sequencer-1/*`: `*` stands for any characters, a pattern
   * without it is a whole folder.
   * @default - all
   */
  prefixPattern?: pulumi.Input<string>;
  /**
   * Name of the bucket that the packages are of.
   * @default - bucketName
   */
  registry?: pulumi.Input<string>;
  /**
   * Workflow of the registry that packages have to fulfil; empty: none.
   * @default - the registry's own default workflow
   */
  workflow?: string;
  /**
   * Message of every revision. It is part of what a revision is, so that it has to stay what it is.
   * @default - the engine's
   */
  commitMessage?: string;
  /**
   * A JSON file below each prefix with the package's metadata, such as `metadata.json`. The engine makes no
   * package where it is missing.
   * @default - no metadata
   */
  metadataFile?: string;
  /**
   * ARN of an SNS topic for the alarms on announcements that could not be delivered: `alarmTopicArn` of a
   * monitor.
   * @default - no alarms
   */
  alarmTopicArn?: pulumi.Input<string>;
  /**
   * Tags for every resource that can have them.
   * @default - none
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
