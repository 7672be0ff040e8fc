import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  packageSubscriptionAllowed,
  settled,
  validated,
  type PackageSubscriptionArgs,
  type SettledSubscriptionArgs,
} from "./args";
import { availableAfter } from "./parts/available-after";
import { allRight, ownBusName, ownTarget, placeOf } from "./look-ups";
import { announcementPattern } from "./parts/announcement-pattern";
import { createQueuePolicy, createUndeliveredQueue } from "./parts/queues";
import { createTarget } from "./parts/subscription-target";
import type { Place } from "./records";
import { createAlarm, deadLetters, lostEvents, type AlarmSpec } from "./watching";

/**
 * One consumer of a bucket's announcements: a queue, a function, a state machine or another bus. It
 * makes the rule, the permission, and a queue for what could not be delivered. Every announcement may be
 * delivered twice: drop the second by its `batchId`.
 */
export class PackageSubscription extends pulumi.ComponentResource {
  /** ARN of the rule on the bus. */
  public readonly ruleArn: pulumi.Output<string>;
  /** URL of the queue of announcements that could not be delivered. */
  public readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** ARN of that queue. */
  public readonly deadLetterQueueArn: pulumi.Output<string>;

  constructor(name: string, args: PackageSubscriptionArgs, opts?: pulumi.ComponentResourceOptions) {
    const given = validated(packageSubscriptionAllowed, name, args, opts);
    super("edp-monitor:index:PackageSubscription", name, { ...given }, opts);
    const all: SettledSubscriptionArgs = settled(packageSubscriptionAllowed, given);
    const { bucketName, tags } = all;
    const place = placeOf({ parent: this });
    const eventBusName = ownBusName(all.eventBusName, place);
    const dependsOn = allRight([all, eventBusName, ...ownTargets(all, place)]);

    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        description: pulumi.interpolate`EDP Monitor: announcements of ${bucketName} to ${name}`,
        eventBusName,
        eventPattern: pulumi.jsonStringify(
          pulumi
            .all([bucketName, all.prefixPattern])
            .apply(([bucket, pattern]) => announcementPattern(bucket, pattern)),
        ),
        tags,
      },
      { parent: this, dependsOn },
    );
    const undelivered = createUndeliveredQueue(
      `${name}-undelivered`,
      { tags, protect: undefined, dependsOn }, // inherits its protection
      this,
    );
    const policy = createQueuePolicy(`${name}-undelivered`, undelivered, [rule.arn], this);
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        eventBusName,
        ...createTarget(name, all, rule, this),
        deadLetterConfig: { arn: availableAfter([policy], undelivered.arn) },
        // As long and as often as EventBridge allows: a target that is down for a day loses nothing.
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      },
      { parent: this },
    );
    if (all.alarmTopicArn !== undefined) {
      createAlarms(name, all, all.alarmTopicArn, { rule, undelivered, eventBusName }, this);
    }

    this.ruleArn = rule.arn;
    this.deadLetterQueueUrl = undelivered.url;
    this.deadLetterQueueArn = undelivered.arn;
    this.registerOutputs({
      ruleArn: this.ruleArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }
}

/** Those of the targets that have to be of the rule's account and region; another bus need not be. */
function ownTargets(all: SettledSubscriptionArgs, place: Place): pulumi.Output<string>[] {
  return (["queueArn", "functionArn", "stateMachineArn"] as const).flatMap((arg) => {
    const arn = all[arg];
    return arn === undefined ? [] : [ownTarget(arg, arn, place)];
  });
}

interface Made {
  readonly rule: aws.cloudwatch.EventRule;
  readonly undelivered: aws.sqs.Queue;
  readonly eventBusName: pulumi.Output<string>;
}

function createAlarms(
  name: string,
  { bucketName, tags }: SettledSubscriptionArgs,
  topicArn: pulumi.Output<string>,
  { rule, undelivered, eventBusName }: Made,
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
