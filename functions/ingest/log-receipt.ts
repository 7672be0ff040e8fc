import { embeddedMetrics, type MetricValues } from "../contract";
import { loggedPrefixes } from "./logged-prefixes";
import type { Receipt } from "./receive";

/** The fields of the line `ingested`: what an invocation that took `ms` milliseconds has done. */
export function receiptFields(
  bucket: string,
  receipt: Receipt,
  ms: number,
  now: number,
): Record<string, unknown> {
  const { messages, stored, duplicates, opened, closed, ignored, beats, rejected } = receipt;
  return {
    ...embeddedMetrics(bucket, metricsOf(receipt), now)[0],
    messages,
    stored,
    duplicates,
    opened,
    closed: closed.length,
    ignored,
    beats,
    rejected: rejected.length,
    ms,
    prefixes: receipt.prefixes.length,
    ...loggedPrefixes(receipt),
  };
}

function metricsOf(receipt: Receipt): MetricValues {
  return {
    ObjectEventsStored: receipt.stored,
    DuplicatesDropped: receipt.duplicates,
    ObjectEventsIgnored: receipt.ignored,
    // Each is counted in a line of its own, also when the transaction fails: nothing was rejected here
    // says that somebody looked.
    MessagesRejected: 0,
    BatchesClosedByEventCount: receipt.closed.length,
  };
}
