/** CloudWatch's namespace of the product's own metrics; their one dimension is the bucket. */
export const metricsNamespace = "EDPMonitor";
export const bucketDimension = "bucket";

/** Both: a count is reached in ingest, and in the emitter once it is lowered. */
type Source = "ingest" | "emitter" | "both";

export interface Metric {
  /** CloudWatch's word. */
  readonly unit: "Count" | "Seconds";
  readonly from: Source;
  readonly meaning: string;
}

/** Every metric of the product's own, by its name. `docs/observability.md` is made of the same words. */
export const metrics = {
  ObjectEventsStored: count("ingest", "object events that were new and are counted"),
  DuplicatesDropped: count("ingest", "object events that had been counted before"),
  ObjectEventsIgnored: count(
    "ingest",
    "object events of ignored prefixes, and folder placeholders",
  ),
  MessagesRejected: count("ingest", "messages that cannot be processed, at their first sight"),
  BatchesClosedByEventCount: count("both", "batches that reached their count"),
  BatchesClosedByDuration: count("emitter", "batches whose prefix had gone quiet"),
  BatchesClosedByMaxAge: count("emitter", "batches that reached their age"),
  BatchesPublished: count("emitter", "batches that PutEvents has taken"),
  BatchesHeld: count("emitter", "published batches that had been held back"),
  FailedEntries: count("emitter", "attempts to publish a batch that failed; each is made again"),
  AnnouncementLateness: {
    unit: "Seconds",
    from: "emitter",
    meaning: "from the moment a batch is due until it is published",
  },
  UnpublishedBatches: count("emitter", "closed batches that are not published yet"),
  OldestUnpublishedAge: {
    unit: "Seconds",
    from: "emitter",
    meaning: "since the oldest of these was closed; 0 when there is none",
  },
  OpenPrefixes: count("emitter", "prefixes with an open batch"),
  HeartbeatAge: {
    unit: "Seconds",
    from: "emitter",
    meaning: "since the newest heartbeat that came through the queue was sent",
  },
  LedgerRows: count("emitter", "object events in the ledger, as PostgreSQL estimates them"),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
/** One value, or many of the same moment. */
export type MetricValues = Readonly<Partial<Record<MetricName, number | readonly number[]>>>;

/** CloudWatch takes no more values of a metric in one line. */
export const valuesPerLine = 100;

/**
 * The fields that make a log line carry metrics: CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * More than one object where a metric has more values than a line may carry. Powertools' Metrics would
 * write a line of its own beside the log's: twice the bytes, and one dependency more.
 */
export function embeddedMetrics(
  bucket: string,
  values: MetricValues,
  now: number,
): Record<string, unknown>[] {
  const names = (Object.keys(values) as MetricName[]).filter((name) => !isEmpty(values[name]));
  if (names.length === 0) return [];
  const first: Record<string, number | readonly number[]> = {};
  const rest: Partial<Record<MetricName, readonly number[]>> = {};
  for (const name of names) {
    const value = values[name]!;
    first[name] = typeof value === "number" ? value : value.slice(0, valuesPerLine);
    if (typeof value !== "number" && value.length > valuesPerLine)
      rest[name] = value.slice(valuesPerLine);
  }
  const line = {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: metricsNamespace,
          Dimensions: [[bucketDimension]],
          Metrics: names.map((name) => ({ Name: name, Unit: metrics[name].unit })),
        },
      ],
    },
    [bucketDimension]: bucket,
    ...first,
  };
  return [line, ...embeddedMetrics(bucket, rest, now)];
}

function isEmpty(value: MetricValues[MetricName]): boolean {
  return value === undefined || (typeof value !== "number" && value.length === 0);
}

function count<From extends Source>(from: From, meaning: string) {
  return { unit: "Count", from, meaning } as const;
}
