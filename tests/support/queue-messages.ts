import { parseIgnorePatterns } from "../../functions/contract";
import type { QueueMessage } from "../../functions/ingest/judge-messages";
import { testBucket } from "./object-events";

export const ingestSettings = {
  bucket: testBucket,
  ignorePatterns: parseIgnorePatterns("raw/*"),
  prefixDepth: 2,
  eventCount: 20,
  retentionDays: 30,
};

/** A message of the object queue; what is no text is sent as JSON. */
export const queueMessage = (body: unknown, messageId = "m", receiveCount = 1): QueueMessage => ({
  messageId,
  receiveCount,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
