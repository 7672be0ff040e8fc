// Permissions as data: named lists of actions, and the statements that grant them on one resource.
import * as pulumi from "@pulumi/pulumi";
import type { Place } from "../records";

/** One statement of a policy, before its outputs are known. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly Service: string };
  readonly Action: string | readonly string[];
  /** Left out where the policy belongs to one resource: a role's trust. */
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<
    Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>
  >;
}

/** A policy document. Made here and not by `getPolicyDocument`, so that tests read it as it is. */
export function policyOf(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Who may take on a Lambda's role. */
export const assumedByLambda: Statement = {
  Sid: "AssumedByLambda",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
};

/**
 * EventBridge, for one rule
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html).
 */
export function assumedByRule(ruleArn: pulumi.Input<string>): Statement {
  return {
    Sid: "AssumedByRule",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
  };
}

export function startExecution(stateMachineArn: pulumi.Input<string>): Statement {
  return {
    Sid: "StartExecution",
    Effect: "Allow",
    Action: "states:StartExecution",
    Resource: stateMachineArn,
  };
}

/** A rule's events on another bus, whatever they are: the rule says which. */
export function putEventsOnBus(busArn: pulumi.Input<string>): Statement {
  return { Sid: "PutEventsOnBus", Effect: "Allow", Action: "events:PutEvents", Resource: busArn };
}

/** What Lambda's service needs to read a queue for a function. */
const consumeQueueActions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

const writeLogsActions = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** What Lambda's service needs for the network interfaces of a function in a VPC. */
const describeNetworkActions = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
const networkInterfaceActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

export function consumeQueue(queueArn: pulumi.Input<string>): Statement {
  return {
    Sid: "ConsumeQueue",
    Effect: "Allow",
    Action: consumeQueueActions,
    Resource: queueArn,
  };
}

/**
 * PutEvents on one bus, and only calls whose entries are all of one kind. Source and detail-type are
 * keys with as many values as the call has entries
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html), which
 * need a set operator; that one also holds for a call without the key, hence `Null`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html).
 */
export function putEvents(
  busArn: pulumi.Input<string>,
  source: string,
  detailType: string,
): Statement {
  return {
    Sid: "PutEvents",
    Effect: "Allow",
    Action: "events:PutEvents",
    Resource: busArn,
    Condition: {
      "ForAllValues:StringEquals": { "events:source": source, "events:detail-type": detailType },
      Null: { "events:source": "false", "events:detail-type": "false" },
    },
  };
}

/** Logging in to one database server as one user, with an IAM token. */
export function connectToDatabase(
  place: Place,
  resourceId: pulumi.Input<string>,
  user: string,
): Statement {
  const { partition, region, accountId } = place;
  return {
    Sid: "ConnectToDatabase",
    Effect: "Allow",
    Action: "rds-db:connect",
    Resource: pulumi.interpolate`arn:${partition}:rds-db:${region}:${accountId}:dbuser:${resourceId}/${user}`,
  };
}

/** Writing into one log group, which exists already: no `logs:CreateLogGroup`. */
export function writeLogs(logGroupArn: pulumi.Input<string>): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: writeLogsActions,
    Resource: pulumi.interpolate`${logGroupArn}:*`,
  };
}

/**
 * A function's network interfaces. AWS knows no resource for the Describe actions; for the others
 * Lambda checks the role against every resource of the account and refuses anything narrower
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions).
 * A subnet shared by another account carries that account in its ARN. The types are named beside AWS's
 * own wildcard for all of them, which not every engine that judges policies takes for a type.
 */
export function useNetworkInterfaces({ partition, region, accountId }: Place): Statement[] {
  return [
    {
      Sid: "DescribeNetwork",
      Effect: "Allow",
      Action: describeNetworkActions,
      Resource: "*",
    },
    {
      Sid: "UseNetworkInterfaces",
      Effect: "Allow",
      Action: networkInterfaceActions,
      Resource: [
        pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:*/*`,
        pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:network-interface/*`,
        pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:security-group/*`,
        pulumi.interpolate`arn:${partition}:ec2:${region}:*:subnet/*`,
      ],
    },
  ];
}

/**
 * The same, denied to code: only Lambda's service needs them. Calls from inside a function, whichever
 * has the role, carry the function's ARN, and those of the service for its interfaces do not
 * (https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html).
 */
export const denyNetworkInterfacesToCode: Statement = {
  Sid: "DenyNetworkInterfacesToCode",
  Effect: "Deny",
  Action: [...describeNetworkActions, ...networkInterfaceActions],
  Resource: "*",
  Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
};

/** Messages of these rules, and nobody else's, into a queue. */
export function sendFromRules(
  queueArn: pulumi.Input<string>,
  ruleArns: pulumi.Input<string>[],
): Statement {
  return {
    Sid: "SendFromRules",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
  };
}

/** Everything, to everybody: SQS takes 7 actions in a statement, and the wildcard for one. */
export function denyWithoutTls(queueArn: pulumi.Input<string>): Statement {
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * EventBridge into a topic, without a condition: EventBridge does not deliver to topics whose policy
 * has one, and only FailedInvocations would show it.
 */
export function publishFromRules(topicArn: pulumi.Input<string>): Statement {
  return {
    Sid: "PublishFromRules",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sns:Publish",
    Resource: topicArn,
  };
}

/** PutEvents by this account on its own buses, and nothing else: what may pass through the endpoint. */
export function putEventsThroughEndpoint({ partition, region, accountId }: Place): Statement {
  return {
    Sid: "PutEventsThroughEndpoint",
    Effect: "Allow",
    Principal: "*",
    Action: "events:PutEvents",
    Resource: pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/*`,
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
  };
}
