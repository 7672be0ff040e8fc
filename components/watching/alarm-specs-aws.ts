// Alarms on AWS's own metrics: rules, queues, Lambdas, the database.
import * as pulumi from "@pulumi/pulumi";
import type { Watched, WatchedRule } from "../records";
import type { AlarmSpec } from "./alarm-spec";

const minute = 60;
const hour = 60 * minute;
const giB = 2 ** 30;
const miB = 2 ** 20;

/** One is too many, and no value is none. */
const anyAtAll = {
  periodSeconds: 5 * minute,
  periods: 1,
  datapoints: 1,
  comparison: "GreaterThanThreshold",
  threshold: 0,
  missing: "notBreaching",
} as const;

function ofRule(
  metricName: string,
  { name, busName }: WatchedRule,
): Omit<AlarmSpec, "id" | "says"> {
  return {
    namespace: "AWS/Events",
    metricName,
    statistic: "Sum",
    dimensions: pulumi.all([name, busName]).apply(([rule, bus]): Record<string, string> => ({
      ...(bus !== undefined && { EventBusName: bus }),
      RuleName: rule,
    })),
    ...anyAtAll,
  };
}

export function failedInvocations(rule: WatchedRule): AlarmSpec {
  return {
    ...ofRule("FailedInvocations", rule),
    id: `failed-invocations-${rule.id}`,
    says: `EventBridge cannot deliver what the rule ${rule.id} matches: its target refuses.`,
  };
}

export function lostEvents(rule: WatchedRule): AlarmSpec {
  return {
    ...ofRule("InvocationsFailedToBeSentToDlq", rule),
    id: `lost-${rule.id}`,
    says: `EventBridge could bring an event of the rule ${rule.id} neither to its target nor to the dead-letter queue: it is lost.`,
  };
}

export function deadLetters({ id, name }: Watched["deadLetterQueues"][number]): AlarmSpec {
  return {
    id,
    says: "There are messages in a dead-letter queue: they are kept until 14 days after they were sent, and counted by nobody.",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: name },
    statistic: "Maximum",
    ...anyAtAll,
  };
}

/**
 * Ingest that is too slow or stands still. A failing one is seen by its errors and the heartbeat: SQS
 * leaves messages that were received three times out of this age
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 */
export function oldestMessage(queueName: pulumi.Input<string>): AlarmSpec {
  return {
    id: "oldest-message",
    says: "Object events have waited in the queue for 15 minutes: ingest is too slow, or does not take them.",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    periodSeconds: minute,
    periods: 3,
    datapoints: 3,
    comparison: "GreaterThanThreshold",
    threshold: 15 * minute,
    missing: "notBreaching",
  };
}

export function functionAlarms({ id, name }: Watched["functions"][number]): AlarmSpec[] {
  const one = {
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: name },
    statistic: "Sum",
    // One failure is made good by the next invocation.
    periodSeconds: minute,
    periods: 5,
    datapoints: 3,
    comparison: "GreaterThanThreshold",
    threshold: 0,
    missing: "notBreaching",
  } as const;
  return [
    {
      ...one,
      id: `${id}-errors`,
      says: `The Lambda ${id} keeps failing; what it could not do comes back to it.`,
      metricName: "Errors",
    },
    {
      ...one,
      id: `${id}-throttles`,
      says: `The Lambda ${id} is kept from running: the account's concurrency is used up.`,
      metricName: "Throttles",
    },
  ];
}

export function databaseAlarms({ databaseId, instanceClass }: Watched): AlarmSpec[] {
  const one = {
    namespace: "AWS/RDS",
    dimensions: { DBInstanceIdentifier: databaseId },
    statistic: "Average",
    periodSeconds: 5 * minute,
    periods: 3,
    datapoints: 3,
    missing: "notBreaching",
  } as const;
  const less = { ...one, comparison: "LessThanThreshold" } as const;
  const more = { ...one, comparison: "GreaterThanThreshold" } as const;
  // RDS never slows these classes down, and starts them without credits: their balance says nothing,
  // the bill does (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html).
  const credits: AlarmSpec = {
    ...more,
    id: "database-credits",
    says: "The database uses more CPU than its class has a share of, and RDS charges for it: a larger class is cheaper, or needed.",
    metricName: "CPUSurplusCreditsCharged",
    statistic: "Maximum",
    threshold: 0,
    periodSeconds: hour,
    periods: 1,
    datapoints: 1,
  };
  return [
    {
      ...less,
      id: "database-storage",
      says: "The database has less than 2 GiB of storage left; when it is full, nothing is counted.",
      metricName: "FreeStorageSpace",
      threshold: 2 * giB,
    },
    {
      ...less,
      id: "database-memory",
      says: "The database has less than 100 MiB of memory left.",
      metricName: "FreeableMemory",
      threshold: 100 * miB,
    },
    {
      ...more,
      id: "database-cpu",
      says: "The database's CPU has been above 90 % for 15 minutes.",
      metricName: "CPUUtilization",
      threshold: 90,
    },
    {
      ...more,
      id: "database-connections",
      says: "The database has more than 80 connections, where the monitor needs six: somebody else uses them up.",
      metricName: "DatabaseConnections",
      threshold: 80,
    },
    ...(/^db\.t[34]/.test(instanceClass) ? [credits] : []),
  ];
}
