import type * as pulumi from "@pulumi/pulumi";
import { bucketDimension, metricsNamespace, type MetricName } from "../../functions/contract";
import type { Watched } from "../records";

/** An alarm as CloudWatch has it, before its resource: what is watched, and when it goes off. */
export interface AlarmSpec {
  /** Its name within the monitor, and its heading in docs/observability.md. */
  readonly id: string;
  /** What is wrong. */
  readonly says: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** CloudWatch's word for a statistic, or a percentile. */
  readonly statistic: "Maximum" | "Minimum" | "Sum" | "Average" | "p99";
  readonly periodSeconds: number;
  /** Goes off when `datapoints` of the last `periods` periods breach. */
  readonly periods: number;
  readonly datapoints: number;
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Only the heartbeat's silence is an alarm: everything else is silent while nothing happens. */
  readonly missing: "breaching" | "notBreaching";
}

const minute = 60;
const giB = 2 ** 30;
const miB = 2 ** 20;

/** Every alarm of a monitor, in the order of the data's way. */
export function alarmSpecs(watched: Watched): AlarmSpec[] {
  return [
    ...pipelineAlarms(watched.bucketName),
    ...watched.rules.map(failedInvocations),
    ...watched.deadLetterQueues.map(deadLetters),
    oldestMessage(watched.queueName),
    ...watched.functions.flatMap(functionAlarms),
    ...databaseAlarms(watched),
  ];
}

function pipelineAlarms(bucketName: string): AlarmSpec[] {
  const own = (metricName: MetricName) => ({
    namespace: metricsNamespace,
    metricName,
    dimensions: { [bucketDimension]: bucketName },
    periodSeconds: minute,
    comparison: "GreaterThanThreshold" as const,
    missing: "notBreaching" as const,
  });
  return [
    {
      ...own("HeartbeatAge"),
      id: "heartbeat",
      says: "No heartbeat has come through the queue for 5 minutes: object events wait, or the emitter does not run.",
      statistic: "Maximum",
      // A beat a minute is up to 90 s old when it is looked at. Two minutes and three periods are five;
      // without an emitter there is no value at all.
      ...{ periods: 3, datapoints: 3, threshold: 2 * minute, missing: "breaching" },
    },
    {
      ...own("OldestUnpublishedAge"),
      id: "unpublished",
      says: "A closed batch has not been published for 10 minutes: PutEvents refuses it, or cannot be reached.",
      statistic: "Maximum",
      ...{ periods: 2, datapoints: 2, threshold: 10 * minute },
    },
    {
      ...own("AnnouncementLateness"),
      id: "lateness",
      says: "Announcements come more than a minute after they are due.",
      statistic: "p99",
      ...{ periods: 5, datapoints: 3, threshold: minute },
    },
  ];
}

function failedInvocations({ id, name, busName }: Watched["rules"][number]): AlarmSpec {
  return {
    id: `failed-invocations-${id}`,
    says: `EventBridge cannot deliver what the rule ${id} matches: its target refuses.`,
    ...{ namespace: "AWS/Events", metricName: "FailedInvocations", statistic: "Sum" },
    dimensions: { ...(busName && { EventBusName: busName }), RuleName: name },
    ...{ periodSeconds: 5 * minute, periods: 1, datapoints: 1 },
    ...{ comparison: "GreaterThanThreshold", threshold: 0, missing: "notBreaching" },
  };
}

function deadLetters({ id, name }: Watched["deadLetterQueues"][number]): AlarmSpec {
  return {
    id,
    says: "There are messages in a dead-letter queue: they are kept for 14 days, and counted by nobody.",
    ...{ namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible" },
    dimensions: { QueueName: name },
    ...{ statistic: "Maximum", periodSeconds: 5 * minute, periods: 1, datapoints: 1 },
    ...{ comparison: "GreaterThanThreshold", threshold: 0, missing: "notBreaching" },
  };
}

function oldestMessage(queueName: pulumi.Input<string>): AlarmSpec {
  return {
    id: "oldest-message",
    says: "Object events have waited in the queue for 15 minutes: ingest fails, or is too slow.",
    ...{ namespace: "AWS/SQS", metricName: "ApproximateAgeOfOldestMessage" },
    dimensions: { QueueName: queueName },
    ...{ statistic: "Maximum", periodSeconds: minute, periods: 3, datapoints: 3 },
    ...{ comparison: "GreaterThanThreshold", threshold: 15 * minute, missing: "notBreaching" },
  };
}

function functionAlarms({ id, name }: Watched["functions"][number]): AlarmSpec[] {
  const one = {
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: name },
    statistic: "Sum",
    // One failure is made good by the next invocation.
    ...{ periodSeconds: minute, periods: 5, datapoints: 3 },
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

function databaseAlarms({ databaseId, instanceClass }: Watched): AlarmSpec[] {
  const one = {
    namespace: "AWS/RDS",
    dimensions: { DBInstanceIdentifier: databaseId },
    statistic: "Average",
    ...{ periodSeconds: 5 * minute, periods: 3, datapoints: 3 },
    missing: "notBreaching",
  } as const;
  const less = { ...one, comparison: "LessThanThreshold" } as const;
  const more = { ...one, comparison: "GreaterThanThreshold" } as const;
  const credits: AlarmSpec = {
    ...less,
    id: "database-credits",
    says: "The database's CPU credits are nearly used up: it falls back to its baseline, or is billed for more.",
    ...{ metricName: "CPUCreditBalance", threshold: 20 },
  };
  return [
    {
      ...less,
      id: "database-storage",
      says: "The database has less than 2 GiB of storage left; when it is full, nothing is counted.",
      ...{ metricName: "FreeStorageSpace", threshold: 2 * giB },
    },
    {
      ...less,
      id: "database-memory",
      says: "The database has less than 100 MiB of memory left.",
      ...{ metricName: "FreeableMemory", threshold: 100 * miB },
    },
    {
      ...more,
      id: "database-cpu",
      says: "The database's CPU has been above 90 % for 15 minutes.",
      ...{ metricName: "CPUUtilization", threshold: 90 },
    },
    {
      ...more,
      id: "database-connections",
      says: "The database has more than 80 connections, where the monitor needs six: somebody else uses them up.",
      ...{ metricName: "DatabaseConnections", threshold: 80 },
    },
    ...(/^db\.t\d/.test(instanceClass) ? [credits] : []),
  ];
}
