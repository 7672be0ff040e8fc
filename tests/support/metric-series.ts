// What a monitor and AWS send to CloudWatch, minute by minute: in an idle bucket, a lively one, in trouble.
import type { Point } from "./evaluate-alarm";

export const minute = 60;

/** A metric's values, one every so many seconds; undefined where none is sent. */
export interface Series extends Omit<Point, "at" | "value"> {
  readonly every: number;
  readonly value: (at: number) => number | undefined;
}

type Value = number | ((at: number) => number | undefined);

const seriesOf =
  (namespace: string, dimensions: Record<string, string>) =>
  (metric: string, value: Value, every = minute): Series => ({
    namespace,
    metric,
    dimensions,
    every,
    value: typeof value === "number" ? () => value : value,
  });

export const own = seriesOf("EDPMonitor", { bucket: "instrument-bucket" });
export const ofDatabase = seriesOf("AWS/RDS", { DBInstanceIdentifier: "edp-database" });
export const ofQueue = (name: string) => seriesOf("AWS/SQS", { QueueName: `edp-${name}` });
export const ofLambda = (name: string) => seriesOf("AWS/Lambda", { FunctionName: `edp-${name}` });
export const ofRule = (name: string, bus?: string) =>
  seriesOf("AWS/Events", {
    RuleName: `edp-${name}`,
    ...(bus !== undefined && { EventBusName: bus }),
  });

const deadLetterQueues = [
  "object-events-dead-letters",
  "object-events-undelivered",
  "package-events-undelivered",
];
const scheduled = ["object-events-heartbeat", "emitter-schedule"];

/** Seconds since the newest heartbeat, sent once a minute until `last`, that has come through. */
export const heartbeatAge =
  (last = Infinity) =>
  (at: number) =>
    at - Math.min(last, Math.floor((at - 5) / minute) * minute);

/** What only the emitter sends: enough that no alarm goes off. */
export function emitterAlone(): Series[] {
  return [
    own("HeartbeatAge", heartbeatAge()),
    ...["OpenPrefixes", "UnpublishedBatches", "OldestUnpublishedAge"].map((name) => own(name, 0)),
    ...["BatchesPublished", "BatchesHeld", "FailedEntries"].map((name) => own(name, 0)),
    own("LedgerRows", 12_000),
  ];
}

/** A stack to whose bucket nobody writes. */
export function idleBucket(): Series[] {
  const queue = ofQueue("object-events");
  return [
    ...emitterAlone(),
    ...["ObjectEventsStored", "MessagesRejected"].map((name) => own(name, 0)),
    ...scheduled.flatMap((rule) =>
      ["Invocations", "TriggeredRules"].map((name) => ofRule(rule)(name, 1)),
    ),
    queue("ApproximateNumberOfMessagesVisible", 1),
    queue("ApproximateNumberOfMessagesNotVisible", 1),
    queue("ApproximateAgeOfOldestMessage", 3),
    ...deadLetterQueues.map((name) => ofQueue(name)("ApproximateNumberOfMessagesVisible", 0)),
    ...["ingest", "emitter"].flatMap((name) => [
      ...["Errors", "Throttles"].map((metric) => ofLambda(name)(metric, 0)),
      ...["Invocations", "ConcurrentExecutions"].map((metric) => ofLambda(name)(metric, 1)),
      ofLambda(name)("Duration", 40),
    ]),
    ofDatabase("CPUUtilization", 5),
    ofDatabase("DatabaseConnections", 3),
    ofDatabase("FreeStorageSpace", 18e9),
    ofDatabase("FreeableMemory", 4e8),
    // A T4g starts with none.
    ofDatabase("CPUCreditBalance", (at) => at / 150, 5 * minute),
    ofDatabase("CPUSurplusCreditsCharged", 0, 5 * minute),
  ];
}

/** Uploads of ten minutes every half hour, each with the small mishaps that mend themselves. */
export function livelyBucket(): Series[] {
  const within = (at: number) => at % (30 * minute);
  const upload =
    (most: number, otherwise = 0) =>
    (at: number) =>
      within(at) < 10 * minute ? most : otherwise;
  const once =
    (value: number, otherwise = 0) =>
    (at: number) =>
      within(at) < minute ? value : otherwise;
  const queue = ofQueue("object-events");
  return overlaid(idleBucket(), [
    own("ObjectEventsStored", upload(5_000)),
    own("OpenPrefixes", upload(2_000)),
    own("UnpublishedBatches", upload(40)),
    own("OldestUnpublishedAge", (at) => Math.min(within(at), within(590))),
    own("AnnouncementLateness", (at) => (within(at) === 300 ? 400 : 0.7), 5),
    ...["Invocations", "TriggeredRules"].flatMap((name) => [
      ofRule("object-events")(name, upload(5_000)),
      ofRule("package-events", "edp-package-events")(name, upload(80)),
      ofRule("emitter-wake")(name, upload(20)),
    ]),
    queue("ApproximateNumberOfMessagesVisible", upload(90_000)),
    queue("ApproximateNumberOfMessagesNotVisible", upload(4_000)),
    queue("ApproximateAgeOfOldestMessage", upload(850, 2)),
    ...["ingest", "emitter"].flatMap((name) => [
      ofLambda(name)("Errors", once(1)),
      ofLambda(name)("Throttles", once(2)),
      ofLambda(name)("Invocations", upload(300, 1)),
    ]),
    ofDatabase("CPUUtilization", upload(99, 5)),
    ofDatabase("DatabaseConnections", once(90, 6)),
    ofDatabase("FreeStorageSpace", 3e9),
    ofDatabase("FreeableMemory", once(9e7, 1.5e8)),
  ]);
}

/** `base` with the metrics of `others` in place of its own, from one second until another. */
export function overlaid(
  base: readonly Series[],
  others: readonly Series[],
  [from, until]: readonly [number, number] = [-Infinity, Infinity],
): Series[] {
  const isWithin = (at: number) => at >= from && at < until;
  const isReplaced = (one: Series) => others.some((other) => key(other) === key(one));
  return [
    ...base.map((one) => ({
      ...one,
      value: (at: number) => (isReplaced(one) && isWithin(at) ? undefined : one.value(at)),
    })),
    ...others.map((one) => ({
      ...one,
      value: (at: number) => (isWithin(at) ? one.value(at) : undefined),
    })),
  ];
}

/** The values of the first seconds, each sent `phase` seconds after its period began. */
export function pointsOf(series: readonly Series[], seconds: number, phase = 0): Point[] {
  return series.flatMap(({ every, value, ...metric }) =>
    Array.from({ length: Math.floor(seconds / every) }, (_, i) => i * every + phase).flatMap(
      (at) => {
        const sent = value(at);
        return sent === undefined ? [] : [{ ...metric, at, value: sent }];
      },
    ),
  );
}

function key({ namespace, metric, dimensions }: Series): string {
  return [namespace, metric, ...Object.entries(dimensions).flat()].join();
}
