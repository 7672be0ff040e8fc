import { Logger } from "@aws-lambda-powertools/logger";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { wakeEntry } from "../contract";
import { Connection, iamToken, type Db } from "../database";
import { ingest, sortMessages, type Rejection } from "./ingest";
import { settingsFromEnvironment } from "./settings";

const settings = settingsFromEnvironment(process.env);
const connection = new Connection(settings.access, iamToken(settings.access));
const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
const logger = new Logger({ serviceName: "ingest" });

/** Three tries, as long as there is time for another: the queue brings the messages back anyway. */
const maxAttempts = 3;
const leastRemainingMs = 6_000;
/** A wake event that takes longer than this is worth less than the next batch. */
const wakeTimeoutMs = 1_000;

/** Stores a batch of the object queue. Rejected messages fail alone; a failed transaction fails all. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const startedAt = Date.now();
  const messages = event.Records.map(({ messageId, body, attributes }) => ({
    messageId,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
  }));
  const sorted = sortMessages(messages, settings, new Date(startedAt));
  sorted.rejected.filter(isFirstSight).forEach(logRejection);

  const run = <T>(work: (db: Db) => Promise<T>) =>
    connection.run(work, (error, attempt) => {
      logger.warn("database failed", { attempt, error: String(error) });
      return attempt < maxAttempts && context.getRemainingTimeInMillis() > leastRemainingMs;
    });
  const result = await ingest(sorted, settings, { run, wake });

  result.closed.forEach((batch) =>
    logger.info("batch closed", { trigger: "event-count", ...batch }),
  );
  logger.info("ingested", {
    messages: messages.length,
    stored: result.stored,
    duplicates: result.duplicates,
    ignored: sorted.ignored,
    beats: sorted.beats.length,
    rejected: sorted.rejected.length,
    opened: result.opened,
    closed: result.closed.length,
    ms: Date.now() - startedAt,
  });
  return {
    batchItemFailures: sorted.rejected.map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

/** A rejected message comes back until its receive count is used up; once is enough to say so. */
function isFirstSight(rejection: Rejection): boolean {
  return rejection.receiveCount <= 1;
}

function logRejection({ messageId, reason, detail }: Rejection): void {
  logger.warn("message rejected", { messageId, reason, detail });
}

async function wake(): Promise<void> {
  try {
    await eventBridge.send(
      new PutEventsCommand({ Entries: [wakeEntry(settings.objectQueueArn)] }),
      { abortSignal: AbortSignal.timeout(wakeTimeoutMs) },
    );
  } catch (error) {
    logger.warn("emitter not woken; its schedule will", { error: String(error) });
  }
}
