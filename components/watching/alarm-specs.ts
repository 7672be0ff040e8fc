import * as pulumi from "@pulumi/pulumi";
import { bucketDimension, metricsNamespace, type MetricName } from "../../functions/contract";
import type { Watched } from "../records";
import type { AlarmSpec } from "./alarm-spec";
import {
  databaseAlarms,
  deadLetters,
  failedInvocations,
  functionAlarms,
  lostEvents,
  oldestMessage,
} from "./alarm-specs-aws";

const minute = 60;

/** Every alarm of a monitor, in the order of the data's way. */
export function alarmSpecs(watched: Watched): AlarmSpec[] {
  return [
    heartbeat(watched),
    ...announcementAlarms(watched.bucketName),
    ...watched.rules.map(failedInvocations),
    ...watched.rules.filter((rule) => rule.hasDeadLetters).map(lostEvents),
    ...watched.deadLetterQueues.map(deadLetters),
    oldestMessage(watched.queueName),
    rejectedMessages(watched.bucketName),
    ...watched.functions.flatMap(functionAlarms),
    ...databaseAlarms(watched),
  ];
}

function own(metricName: MetricName, bucketName: pulumi.Input<string>) {
  return {
    namespace: metricsNamespace,
    metricName,
    dimensions: { [bucketDimension]: bucketName },
    comparison: "GreaterThanThreshold",
  } as const;
}

function heartbeat({ bucketName, functions }: Watched): AlarmSpec {
  // The one alarm that goes off without any data: it may exist only once something starts the
  // Lambdas, a quarter of an hour into the first deployment.
  const started = pulumi.all(functions.map(({ startedBy }) => startedBy));
  const beating = pulumi.all([bucketName, started]).apply(([known]) => known);
  return {
    ...own("HeartbeatAge", beating),
    id: "heartbeat",
    says: "No heartbeat has come through the queue for 5 minutes: object events wait, or the emitter does not run.",
    statistic: "Maximum",
    // A beat a minute is up to two minutes old when it is looked at. Three minutes and the rest of three
    // periods are five; without an emitter there is no value at all.
    periodSeconds: minute,
    periods: 3,
    datapoints: 3,
    threshold: 3 * minute,
    missing: "breaching",
  };
}

function announcementAlarms(bucketName: pulumi.Input<string>): AlarmSpec[] {
  return [
    {
      ...own("OldestUnpublishedAge", bucketName),
      id: "unpublished",
      says: "A closed batch has not been published for 10 minutes: PutEvents refuses it, or cannot be reached.",
      statistic: "Maximum",
      periodSeconds: minute,
      periods: 2,
      datapoints: 2,
      threshold: 10 * minute,
      missing: "notBreaching",
    },
    {
      ...own("AnnouncementLateness", bucketName),
      id: "lateness",
      says: "Announcements keep coming more than a minute after they are due.",
      statistic: "p99",
      // Two periods apart, so that one late batch is not enough, and wide enough for a bucket that
      // has one every ten minutes.
      periodSeconds: 5 * minute,
      periods: 3,
      datapoints: 2,
      threshold: minute,
      missing: "notBreaching",
    },
  ];
}

/** At once: it takes a message 28 hours to get to the dead letters, and their alarm. */
function rejectedMessages(bucketName: pulumi.Input<string>): AlarmSpec {
  return {
    ...own("MessagesRejected", bucketName),
    id: "rejected-messages",
    says:
      "A message in the object queue cannot be processed; its neighbours are stored. " +
      'The saved query "rejected" finds it, with the reason. It is tried for 28 hours, and then kept as a dead letter.',
    statistic: "Sum",
    // Each message is counted once. It clears an hour after the last of them: who is woken up finds
    // it on, and a sender of one bad message every few minutes is one alarm.
    periodSeconds: 5 * minute,
    periods: 12,
    datapoints: 1,
    threshold: 0,
    missing: "notBreaching",
  };
}
