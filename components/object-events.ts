import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseIgnorePatterns, timing } from "../functions/contract";
import { objectEventPattern } from "./parts/object-event-pattern";
import {
  createDeadLetterQueue,
  createQueuePolicy,
  createUndeliveredQueue,
  maxRetentionSeconds,
} from "./parts/queues";
import { everyPeriod } from "./parts/schedule";
import type { ObjectQueue, ProtectedStationArgs, Watched } from "./records";

export interface ObjectEventsArgs extends ProtectedStationArgs {
  /** A bucket that exists. */
  readonly bucketName: pulumi.Output<string>;
  readonly ignorePrefixes: string;
  readonly enableBucketNotifications: boolean;
}

/** The bucket's object events, and a heartbeat beside them, into the object queue. */
export class ObjectEvents extends pulumi.ComponentResource {
  readonly queue: ObjectQueue;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly targetDeadLetterQueueUrl: pulumi.Output<string>;
  readonly watched: Pick<Watched, "rules" | "queueName" | "deadLetterQueues">;

  constructor(name: string, args: ObjectEventsArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:ObjectEvents", name, {}, opts);
    const { tags, bucketName } = args;

    const deadLetters = createDeadLetterQueue(`${name}-dead-letters`, args, this);
    const queue = createObjectQueue(name, deadLetters, args, this);
    const undelivered = createUndeliveredQueue(`${name}-undelivered`, args, this);

    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        description: "EDP Monitor: object events of the bucket",
        eventPattern: bucketName.apply((bucket) =>
          objectEventPattern(bucket, parseIgnorePatterns(args.ignorePrefixes).rulePrefixes),
        ),
        tags,
      },
      { parent: this },
    );
    const heartbeat = new aws.cloudwatch.EventRule(
      `${name}-heartbeat`,
      {
        description: "EDP Monitor: a heartbeat along the way of the object events",
        scheduleExpression: everyPeriod(timing.schedulePeriod),
        tags,
      },
      { parent: this },
    );

    const ruleArns = [rule.arn, heartbeat.arn];
    const policies = [
      createQueuePolicy(name, queue, ruleArns, this),
      createQueuePolicy(`${name}-undelivered`, undelivered, ruleArns, this),
    ];
    createQueuePolicy(`${name}-dead-letters`, deadLetters, [], this);
    const target = { arn: queue.arn, deadLetterConfig: { arn: undelivered.arn } };
    const afterPolicies = { parent: this, dependsOn: policies };
    new aws.cloudwatch.EventTarget(name, { rule: rule.name, ...target }, afterPolicies);
    // No input of ours: the native event's `time` says when the beat was sent, after a redrive too.
    new aws.cloudwatch.EventTarget(
      `${name}-heartbeat`,
      { rule: heartbeat.name, ...target },
      afterPolicies,
    );

    if (args.enableBucketNotifications) {
      new aws.s3.BucketNotification(
        name,
        { bucket: bucketName, eventbridge: true },
        { parent: this },
      );
    }
    this.queue = { arn: queue.arn };
    this.queueUrl = queue.url;
    this.deadLetterQueueUrl = deadLetters.url;
    this.targetDeadLetterQueueUrl = undelivered.url;
    this.watched = {
      rules: [
        { id: "object-events", name: rule.name, hasDeadLetters: true },
        { id: "heartbeat", name: heartbeat.name, hasDeadLetters: true },
      ],
      queueName: queue.name,
      deadLetterQueues: [
        { id: "dead-letters", name: deadLetters.name },
        { id: "undelivered-object-events", name: undelivered.name },
      ],
    };
    this.registerOutputs();
  }
}

/**
 * SQS's most (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html).
 * A try every visibility timeout makes 28 hours of outage before anything is given up: a night, and
 * the morning in which somebody mends it.
 */
const maxTries = 1000;

/** The shock absorber: one message per object event, taken out a thousand at a time. */
function createObjectQueue(
  name: string,
  deadLetters: aws.sqs.Queue,
  { tags, protect }: ObjectEventsArgs,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    name,
    {
      // Not less than the dead letters', although those keep their age: what is too old here is deleted
      // and no dead letter. In an outage with 100,000 messages waiting, a try of each takes five
      // minutes, and a thousand of them more than three days.
      messageRetentionSeconds: maxRetentionSeconds,
      receiveWaitTimeSeconds: 20,
      visibilityTimeoutSeconds: timing.visibilityTimeout,
      sqsManagedSseEnabled: true,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: maxTries,
      }),
      tags,
    },
    { parent, protect },
  );
  // A resource of its own: inside the queues, the two would name each other.
  new aws.sqs.RedriveAllowPolicy(
    name,
    {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: pulumi.jsonStringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [queue.arn],
      }),
    },
    { parent },
  );
  return queue;
}
