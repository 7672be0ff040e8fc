// A rule for a bucket's announcements, with what becomes of those that cannot be delivered.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { availableAfter } from "./parts/available-after";
import { createQueuePolicy, createUndeliveredQueue } from "./parts/queues";
import { createAlarm, deadLetters, lostEvents, type AlarmSpec } from "./watching";

export interface SubscribeOptions {
  readonly bucketName: pulumi.Output<string>;
  /** Name of a bus of this account and region. */
  readonly eventBusName: pulumi.Output<string>;
  readonly pattern: pulumi.Output<object>;
  /** Where the rule brings them, made once there is the rule. */
  readonly target: (rule: aws.cloudwatch.EventRule) => TargetArgs;
  readonly alarmTopicArn: pulumi.Output<string> | undefined;
  readonly tags: pulumi.Output<Record<string, string>> | undefined;
  readonly dependsOn: pulumi.Output<pulumi.Resource[]>;
}

/** What of an EventBridge target is the consumer's matter. */
export type TargetArgs = Pick<
  aws.cloudwatch.EventTargetArgs,
  "arn" | "roleArn" | "inputTransformer"
>;

export interface Subscribed {
  readonly rule: aws.cloudwatch.EventRule;
  readonly undelivered: aws.sqs.Queue;
}

export function subscribe(
  name: string,
  options: SubscribeOptions,
  parent: pulumi.Resource,
): Subscribed {
  const { bucketName, eventBusName, tags, dependsOn } = options;
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      description: pulumi.interpolate`EDP Monitor: announcements of ${bucketName} to ${name}`,
      eventBusName,
      eventPattern: pulumi.jsonStringify(options.pattern),
      tags,
    },
    { parent, dependsOn },
  );
  const undelivered = createUndeliveredQueue(
    `${name}-undelivered`,
    { tags, protect: undefined, dependsOn }, // inherits its protection
    parent,
  );
  const policy = createQueuePolicy(`${name}-undelivered`, undelivered, [rule.arn], parent);
  new aws.cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      eventBusName,
      ...options.target(rule),
      deadLetterConfig: { arn: availableAfter([policy], undelivered.arn) },
      // As long and as often as EventBridge allows: a target that is down for a day loses nothing.
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    },
    { parent },
  );
  if (options.alarmTopicArn !== undefined) {
    createAlarms(name, options, options.alarmTopicArn, { rule, undelivered }, parent);
  }
  return { rule, undelivered };
}

function createAlarms(
  name: string,
  { bucketName, eventBusName, tags }: SubscribeOptions,
  topicArn: pulumi.Output<string>,
  { rule, undelivered }: Subscribed,
  parent: pulumi.Resource,
): void {
  const busName = eventBusName.apply((bus) => (bus === "default" ? undefined : bus));
  const create = (id: string, spec: AlarmSpec) => {
    const description = pulumi.interpolate`EDP Monitor of ${bucketName}, to ${name}: ${spec.says} What to do: docs/observability.md, "${id}".`;
    createAlarm(`${name}-${id}`, spec, { description, topicArn, tags }, parent);
  };
  create("undelivered", {
    ...deadLetters({ id: "undelivered", name: undelivered.name }),
    says: "Announcements could not be delivered: they wait in a queue, for 14 days.",
  });
  create("lost", lostEvents({ id: name, name: rule.name, busName, hasDeadLetters: true }));
}
