/** A query of CloudWatch Logs Insights that is saved for the monitor's log groups. */
export interface SavedQuery {
  readonly id: string;
  /** Whose log groups it reads. */
  readonly lambdas: readonly ("ingest" | "emitter")[];
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html */
  readonly queryString: string;
}

/** What one wants to know at two in the morning. The fields are those of docs/observability.md. */
export const savedQueries: readonly SavedQuery[] = [
  {
    id: "by-prefix",
    lambdas: ["ingest", "emitter"],
    // Whole lines are searched, because ingest's have lists of prefixes and batches.
    queryString: `fields @timestamp, service, message, trigger, sequence, fileCount, eventCount, batchId
| filter @message like "instrument-name/experiment-id/"
| sort @timestamp desc
| limit 200`,
  },
  {
    id: "by-batch-id",
    lambdas: ["ingest", "emitter"],
    queryString: `fields @timestamp, service, message, prefix, trigger, sequence, held, error
| filter @message like "00000000-0000-0000-0000-000000000000"
| sort @timestamp asc
| limit 200`,
  },
  {
    id: "slowest",
    lambdas: ["ingest"],
    queryString: `fields @timestamp, ms, messages, stored, duplicates, rejected, prefixes
| filter message = "ingested"
| sort ms desc
| limit 50`,
  },
  {
    id: "rejected",
    lambdas: ["ingest"],
    queryString: `fields @timestamp, reason, detail, messageId, receiveCount
| filter message = "message rejected"
| sort @timestamp desc
| limit 200`,
  },
  {
    id: "trouble",
    lambdas: ["ingest", "emitter"],
    queryString: `fields @timestamp, service, level, message, reason, detail, prefix, error
| filter level in ["WARN", "ERROR"]
| sort @timestamp desc
| limit 200`,
  },
];
