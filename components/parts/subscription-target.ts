// What a subscription's rule needs to reach its target: a permission, or a role.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SettledSubscriptionArgs } from "../args";
import { availableAfter } from "./available-after";
import {
  assumedByRule,
  policyOf,
  putEventsOnBus,
  sendFromRules,
  startExecution,
  type Statement,
} from "./permissions";

/** The target, known once EventBridge may reach it. */
export interface Target {
  readonly arn: pulumi.Output<string>;
  readonly roleArn?: pulumi.Output<string>;
}

export function createTarget(
  name: string,
  all: SettledSubscriptionArgs,
  rule: aws.cloudwatch.EventRule,
  parent: pulumi.Resource,
): Target {
  const { queueArn, functionArn, stateMachineArn, targetEventBusArn } = all;
  if (queueArn !== undefined) {
    const isOurs = all.manageQueuePolicy;
    return { arn: isOurs ? admittingQueue(name, queueArn, rule, parent) : queueArn };
  }
  if (functionArn !== undefined) return { arn: callableFunction(name, functionArn, rule, parent) };
  if (stateMachineArn !== undefined) {
    const statement = startExecution(unqualified(stateMachineArn));
    return throughRole(name, stateMachineArn, statement, all, rule, parent);
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
  return availableAfter([policy], arn);
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
  return availableAfter([permission], arn);
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
  return { arn, roleArn: availableAfter([policy], role.arn) };
}
