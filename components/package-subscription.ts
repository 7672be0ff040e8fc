import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  packageSubscriptionAllowed,
  parseEventBusName,
  settled,
  validated,
  type PackageSubscriptionArgs,
  type SettledSubscriptionArgs,
} from "./args";
import { after } from "./parts/after";
import { createAlarm, deadLetters, lostEvents, type AlarmSpec } from "./watching";
import { announcementPattern } from "./parts/announcement-pattern";
import {
  assumedByRule,
  policyOf,
  putEventsOnBus,
  sendFromRules,
  startExecution,
  type Statement,
} from "./parts/permissions";
import { createQueuePolicy, createUndeliveredQueue } from "./parts/queues";

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
    const { bucketName, eventBusName, tags } = all;

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
      { parent: this },
    );
    const undelivered = createUndeliveredQueue(
      `${name}-undelivered`,
      { tags, protect: undefined }, // inherits it
      this,
    );
    const policy = createQueuePolicy(`${name}-undelivered`, undelivered, [rule.arn], this);
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        eventBusName,
        ...targetOf(name, all, rule, this),
        deadLetterConfig: { arn: after([policy], undelivered.arn) },
        // As long and as often as EventBridge allows: a target that is down for a day loses nothing.
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      },
      { parent: this },
    );
    if (all.alarmTopicArn !== undefined) {
      createAlarms(name, all, all.alarmTopicArn, { rule, undelivered }, this);
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

/** The target, known once EventBridge may reach it. */
interface Target {
  readonly arn: pulumi.Output<string>;
  readonly roleArn?: pulumi.Output<string>;
}

function targetOf(
  name: string,
  all: SettledSubscriptionArgs,
  rule: aws.cloudwatch.EventRule,
  parent: pulumi.Resource,
): Target {
  const { queueArn, functionArn, stateMachineArn, targetEventBusArn } = all;
  if (queueArn !== undefined) {
    return {
      arn: all.manageQueuePolicy ? admittingQueue(name, queueArn, rule, parent) : queueArn,
    };
  }
  if (functionArn !== undefined) return { arn: callableFunction(name, functionArn, rule, parent) };
  if (stateMachineArn !== undefined) {
    return throughRole(
      name,
      stateMachineArn,
      startExecution(unqualified(stateMachineArn)),
      all,
      rule,
      parent,
    );
  }
  const busArn = targetEventBusArn!; // validated: there is exactly one
  return throughRole(name, busArn, putEventsOnBus(busArn), all, rule, parent);
}

function admittingQueue(
  name: string,
  arn: pulumi.Output<string>,
  rule: aws.cloudwatch.EventRule,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  // Its policy is set by its URL, which partitions write differently.
  const { url } = aws.sqs.getQueueOutput(
    { name: arn.apply((text) => text.split(":")[5]!) },
    { parent },
  );
  const policy = new aws.sqs.QueuePolicy(
    name,
    { queueUrl: url, policy: policyOf([sendFromRules(arn, [rule.arn])]) },
    { parent },
  );
  return after([policy], arn);
}

function callableFunction(
  name: string,
  arn: pulumi.Output<string>,
  rule: aws.cloudwatch.EventRule,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const permission = new aws.lambda.Permission(
    name,
    {
      function: unqualified(arn),
      // Of a version or an alias, which has permissions of its own.
      qualifier: arn.apply((text) => text.split(":")[7]!),
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  return after([permission], arn);
}

/** Without a version or an alias, which is not what permissions are for. */
function unqualified(arn: pulumi.Output<string>): pulumi.Output<string> {
  return arn.apply((text) => text.split(":").slice(0, 7).join(":"));
}

function throughRole(
  name: string,
  arn: pulumi.Output<string>,
  statement: Statement,
  { permissionsBoundaryArn, tags }: SettledSubscriptionArgs,
  rule: aws.cloudwatch.EventRule,
  parent: pulumi.Resource,
): Target {
  const role = new aws.iam.Role(
    name,
    {
      description: "EDP Monitor: EventBridge to a consumer of announcements",
      assumeRolePolicy: policyOf([assumedByRule(rule.arn)]),
      permissionsBoundary: permissionsBoundaryArn,
      tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    name,
    { role: role.name, policy: policyOf([statement]) },
    { parent },
  );
  return { arn, roleArn: after([policy], role.arn) };
}

function createAlarms(
  name: string,
  { bucketName, eventBusName, tags }: SettledSubscriptionArgs,
  topicArn: pulumi.Output<string>,
  { rule, undelivered }: { rule: aws.cloudwatch.EventRule; undelivered: aws.sqs.Queue },
  parent: pulumi.Resource,
): void {
  const busName = eventBusName.apply((text) => {
    const bus = parseEventBusName(text)!.name;
    return bus === "default" ? undefined : bus;
  });
  const forTopic = (spec: AlarmSpec) => ({
    description: pulumi.interpolate`EDP Monitor of ${bucketName}, to ${name}: ${spec.says}`,
    topicArn,
    tags,
  });
  const waiting = {
    ...deadLetters({ id: "undelivered", name: undelivered.name }),
    says: "Announcements could not be delivered: they wait in a queue, for 14 days.",
  };
  createAlarm(`${name}-undelivered`, waiting, forTopic(waiting), parent);
  const lost = lostEvents({ id: name, name: rule.name, busName, hasDeadLetters: true });
  createAlarm(`${name}-lost`, lost, forTopic(lost), parent);
}
