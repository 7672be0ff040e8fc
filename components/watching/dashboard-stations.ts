import { bucketDimension, metricsNamespace, type MetricName } from "../../functions/contract";
import { gridWidth, panes, ruleLine, type Line, type Pane, type Shown } from "./dashboard-pane";

/** A row for each station, in the order of the data's way. */
export function stations(shown: Shown): Pane[][] {
  const { watched } = shown;
  const own = ownMetric(watched.bucketName);
  const queue = (metric: string, stat: string, label: string): Line => [
    ...["AWS/SQS", metric, "QueueName", watched.queueName, { stat, label }],
  ];
  const ingest = watched.functions.find(({ id }) => id === "ingest")!.name;
  const lambda = (metric: string, stat: string, label: string): Line => [
    ...["AWS/Lambda", metric, "FunctionName", ingest, { stat, label }],
  ];
  const rds = (metric: string, options: Record<string, string> = {}): Line => [
    ...["AWS/RDS", metric, "DBInstanceIdentifier", watched.databaseId, options],
  ];
  return [
    station("object-events", "bucket, rule, queue"),
    panes(shown, [
      [
        "Queue: messages",
        [
          queue("ApproximateNumberOfMessagesVisible", "Maximum", "waiting"),
          queue("ApproximateNumberOfMessagesNotVisible", "Maximum", "in ingest"),
        ],
      ],
      [
        "Queue: age of the oldest message",
        [queue("ApproximateAgeOfOldestMessage", "Maximum", "age")],
        { left: "seconds", limit: 900 },
      ],
      [
        "Dead letters",
        watched.deadLetterQueues.map(({ id, name }) => [
          ...["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name],
          { stat: "Maximum", label: id },
        ]),
      ],
    ]),
    station("ingest", "from the queue into the database"),
    panes(shown, [
      [
        "Object events",
        [
          own("ObjectEventsStored", "stored"),
          own("DuplicatesDropped", "duplicates"),
          own("ObjectEventsIgnored", "ignored"),
          own("MessagesRejected", "rejected"),
        ],
      ],
      [
        "Invocation time",
        ["p50", "p99", "Maximum"].map((stat) => lambda("Duration", stat, stat)),
        { left: "ms" },
      ],
      [
        "At once, and throttled",
        [
          lambda("ConcurrentExecutions", "Maximum", "at once"),
          lambda("Throttles", "Sum", "throttled"),
        ],
      ],
    ]),
    station("database", "PostgreSQL on RDS"),
    panes(shown, [
      ["CPU", [rds("CPUUtilization")], { left: "%", limit: 90 }],
      ["Connections", [rds("DatabaseConnections", { stat: "Maximum" })], { limit: 80 }],
      [
        "Free storage and memory",
        [rds("FreeStorageSpace"), rds("FreeableMemory", { yAxis: "right" })],
        { left: "storage", right: "memory" },
      ],
      ["Ledger", [own("LedgerRows", "rows", "Maximum")]],
    ]),
    station("emitter", "closes what is due, and announces it"),
    panes(shown, [
      ["Heartbeat age", [own("HeartbeatAge", "age", "Maximum")], { left: "seconds", limit: 180 }],
      [
        "Batches closed, by trigger",
        [
          own("BatchesClosedByEventCount", "event-count"),
          own("BatchesClosedByDuration", "duration"),
          own("BatchesClosedByMaxAge", "max-age"),
        ],
        { stacked: true },
      ],
      [
        "Lateness of announcements",
        ["p50", "p99"].map((stat) => own("AnnouncementLateness", stat, stat)),
        { left: "seconds", limit: 60 },
      ],
      [
        "Open and unpublished",
        [
          own("OpenPrefixes", "open prefixes", "Maximum"),
          own("UnpublishedBatches", "unpublished batches", "Maximum"),
        ],
      ],
    ]),
    station("package-events", "bus, topic, and who listens"),
    panes(shown, [
      [
        "Batches published",
        [
          own("BatchesPublished", "published"),
          own("BatchesHeld", "of these held back"),
          own("FailedEntries", "failed attempts"),
        ],
      ],
      [
        "Failed invocations of every rule",
        watched.rules.map((rule) => ruleLine(rule)("FailedInvocations", rule.id)),
      ],
    ]),
  ];
}

function ownMetric(bucketName: string) {
  return (name: MetricName, label: string, stat = "Sum"): Line => [
    ...[metricsNamespace, name, bucketDimension, bucketName],
    { stat, label },
  ];
}

function station(name: string, says: string): Pane[] {
  return [
    {
      type: "text",
      width: gridWidth,
      height: 1,
      properties: { markdown: `## ${name}: ${says}`, background: "transparent" },
    },
  ];
}
