import * as pulumi from "@pulumi/pulumi";
import {
  packageSubscriptionAllowed,
  settled,
  validated,
  type PackageSubscriptionArgs,
  type SettledSubscriptionArgs,
} from "./args";
import { allRight, ownBusName, ownTarget, placeOf } from "./look-ups";
import { announcementPattern } from "./parts/announcement-pattern";
import { createTarget } from "./parts/subscription-target";
import type { Place } from "./records";
import { subscribe } from "./subscribe";

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

    const { rule, undelivered } = subscribe(
      name,
      {
        bucketName,
        eventBusName,
        pattern: pulumi
          .all([bucketName, all.prefixPattern])
          .apply(([bucket, pattern]) => announcementPattern(bucket, pattern)),
        target: (rule) => createTarget(name, all, rule, this),
        alarmTopicArn: all.alarmTopicArn,
        tags,
        dependsOn,
      },
      this,
    );

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
    if (arn === undefined) return [];
    return [
      ownTarget(arg, arn, place, "set targetEventBusArn to a bus there, and subscribe on that bus"),
    ];
  });
}
