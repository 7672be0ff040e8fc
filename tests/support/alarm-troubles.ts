// What makes each alarm of a monitor go off, for how long, and when it comes back.
import {
  emitterAlone,
  heartbeatAge,
  minute,
  ofDatabase,
  ofLambda,
  ofQueue,
  ofRule,
  own,
  type Series,
} from "./metric-series";

/** What is sent in trouble, from its beginning on, and between which minutes the alarm has to come and go. */
export interface Trouble {
  readonly alarm: string;
  readonly when: string;
  readonly series: (began: number) => Series[];
  /** Minutes since the trouble began. */
  readonly goesOff: readonly [number, number];
  /** Minutes since it ended. */
  readonly comesBack: readonly [number, number];
}

const growing = (began: number) => (at: number) => at - began;
const until = (end: number, series: Series[]) =>
  series.map((one) => ({
    ...one,
    value: (at: number) => (at < end ? one.value(at) : undefined),
  }));
const busOf = { "package-events": "edp-package-events" } as Record<string, string | undefined>;
const ofRules = (metric: string, id: string, rules: Record<string, string>): Trouble[] =>
  Object.entries(rules).map(([rule, name]) => ({
    alarm: `${id}-${rule}`,
    when: `there are ${metric}`,
    goesOff: [0, 2],
    comesBack: [14, 16],
    series: () => [ofRule(name, busOf[rule])(metric, 1)],
  }));
const deadLetters = (id: string, queue: string): Trouble => ({
  alarm: id,
  when: "a message is there",
  goesOff: [0, 2],
  comesBack: [4, 6],
  series: () => [ofQueue(queue)("ApproximateNumberOfMessagesVisible", 1)],
});
const ofFunctions = (metric: string, id: string): Trouble[] =>
  ["ingest", "emitter"].map((name) => ({
    alarm: `${name}-${id}`,
    when: "every minute has one",
    goesOff: [2, 4],
    comesBack: [2, 4],
    series: () => [ofLambda(name)(metric, 1)],
  }));
const database = (alarm: string, metric: string, value: number): Trouble => ({
  alarm,
  when: `${metric} is ${value}`,
  goesOff: [14, 16],
  comesBack: [0, 6],
  series: () => [ofDatabase(metric, value)],
});

/** One at least for every alarm. */
export const troubles: Trouble[] = [
  {
    alarm: "heartbeat",
    when: "no beat comes through",
    goesOff: [5, 8],
    comesBack: [0, 2],
    series: (began) => [own("HeartbeatAge", heartbeatAge(began))],
  },
  {
    alarm: "heartbeat",
    when: "the emitter dies after a last beat",
    goesOff: [5, 8],
    comesBack: [0, 2],
    series: (began) => until(began + minute, emitterAlone()),
  },
  {
    alarm: "unpublished",
    when: "nothing is taken",
    goesOff: [11, 13],
    comesBack: [0, 2],
    series: (began) => [own("OldestUnpublishedAge", growing(began))],
  },
  {
    // The on-time batches after it take its place in the last three that there are.
    alarm: "lateness",
    when: "a batch every ten minutes is five late",
    comesBack: [0, 22],
    series: () => [own("AnnouncementLateness", 300, 10 * minute)],
    goesOff: [10, 22],
  },
  {
    alarm: "lateness",
    when: "one in fifty is late",
    goesOff: [5, 7],
    comesBack: [19, 22],
    series: () => [own("AnnouncementLateness", (at) => (Math.floor(at) % 100 < 2 ? 90 : 0.7), 2)],
  },
  ...ofRules("FailedInvocations", "failed-invocations", {
    "object-events": "object-events",
    heartbeat: "object-events-heartbeat",
    "emitter-schedule": "emitter-schedule",
    "emitter-wake": "emitter-wake",
    "package-events": "package-events",
  }),
  ...ofRules("InvocationsFailedToBeSentToDlq", "lost", {
    "object-events": "object-events",
    heartbeat: "object-events-heartbeat",
    "package-events": "package-events",
  }),
  deadLetters("dead-letters", "object-events-dead-letters"),
  deadLetters("undelivered-object-events", "object-events-undelivered"),
  deadLetters("undelivered-announcements", "package-events-undelivered"),
  {
    alarm: "oldest-message",
    when: "ingest stands still",
    comesBack: [0, 2],
    series: (began) => [ofQueue("object-events")("ApproximateAgeOfOldestMessage", growing(began))],
    goesOff: [17, 19],
  },
  {
    alarm: "rejected-messages",
    when: "one is rejected",
    goesOff: [0, 2],
    comesBack: [0, 2],
    series: (began) => [own("MessagesRejected", (at) => (at < began + minute ? 1 : 0))],
  },
  {
    // One alarm, not one every ten minutes: it comes back an hour after the last.
    alarm: "rejected-messages",
    when: "one comes every ten minutes",
    series: (began) => [
      own("MessagesRejected", (at) => (Math.floor((at - began) / minute) % 10 === 0 ? 1 : 0)),
    ],
    goesOff: [0, 2],
    comesBack: [50, 52],
  },
  {
    alarm: "rejected-messages",
    when: "one is rejected in an outage, without zeros after it",
    series: (began) => until(began + minute, [own("MessagesRejected", 1)]),
    goesOff: [0, 2],
    comesBack: [4, 12],
  },
  ...ofFunctions("Errors", "errors"),
  ...ofFunctions("Throttles", "throttles"),
  database("database-storage", "FreeStorageSpace", 1.9e9),
  database("database-memory", "FreeableMemory", 9e7),
  database("database-cpu", "CPUUtilization", 93),
  database("database-connections", "DatabaseConnections", 85),
  {
    alarm: "database-credits",
    when: "some are charged",
    goesOff: [0, 6],
    comesBack: [54, 61],
    series: () => [ofDatabase("CPUSurplusCreditsCharged", 0.4, 5 * minute)],
  },
];
