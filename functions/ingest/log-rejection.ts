import { embeddedMetrics } from "../contract";
import type { Rejection } from "./judge-messages";

/** A message may become a bad one late: the database was down before, or the configuration changed. */
const sayEvery = 100;

/**
 * The fields of its line `message rejected`; undefined when it need not be said again. A rejected
 * message comes back a thousand times, in 28 hours or more: it is said at first sight, at the tenth try
 * and at every hundredth, the last among them. The metric counts messages and not lines.
 */
export function rejectionFields(
  bucket: string,
  { messageId, receiveCount, reason, detail }: Rejection,
  now: number,
): Record<string, unknown> | undefined {
  const isFirst = receiveCount <= 1;
  if (!isFirst && receiveCount !== 10 && receiveCount % sayEvery !== 0) return undefined;
  return {
    messageId,
    receiveCount,
    reason,
    detail,
    ...(isFirst && embeddedMetrics(bucket, { MessagesRejected: 1 }, now)[0]),
  };
}
