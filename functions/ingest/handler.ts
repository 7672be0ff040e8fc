import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { embeddedMetrics, wakeEntry, type MetricValues } from "../contract";
import { connectTo, iamToken } from "../database";
import type { Rejection } from "./ingest";
import { Receiver, type Receipt } from "./receive";
import { settingsFromEnvironment } from "./settings";

const settings = settingsFromEnvironment(process.env);
const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
const logger = new Logger({ serviceName: "ingest" });
/** A wake event that takes longer than this is worth less than the next batch. */
const wakeTimeoutMs = 1_000;

const receiver = new Receiver(settings, {
  connection: connectTo(settings.access, iamToken(settings.access), { planOnce: true }),
  putWakeEvent: () =>
    eventBridge.send(new PutEventsCommand({ Entries: [wakeEntry(settings.objectQueueArn)] }), {
      abortSignal: AbortSignal.timeout(wakeTimeoutMs),
    }),
  sleep: (ms) => sleep(ms, undefined, { ref: false }),
  now: Date.now,
  log: {
    databaseFailed: (error, attempt) =>
      logger.warn("database failed", { attempt, error: String(error) }),
    notWoken: (error) =>
      logger.warn("emitter not woken; its schedule will", { error: String(error) }),
  },
});

/** Stores a batch of the object queue. Rejected messages fail alone; a failed transaction fails all. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const startedAt = Date.now();
  const messages = event.Records.map(({ messageId, body, attributes }) => ({
    messageId,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
  }));
  const receipt = await receiver.receive(messages, () => context.getRemainingTimeInMillis());

  const { rejected } = receipt;
  const firstSeen = rejected.filter(isFirstSight);
  firstSeen.forEach(logRejection);
  // The closed batches are in this line, not in one each: a line takes the logger 0.1 ms, and a
  // thousand messages can close fifty. The emitter has a line for each when it is published.
  const now = Date.now();
  logger.info("ingested", {
    ...receipt,
    rejected: rejected.length,
    ms: now - startedAt,
    ...embeddedMetrics(settings.bucket, metricsOf(receipt, firstSeen.length), now)[0],
  });
  return {
    batchItemFailures: rejected.map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

function metricsOf(receipt: Receipt, firstSeen: number): MetricValues {
  return {
    ObjectEventsStored: receipt.stored,
    DuplicatesDropped: receipt.duplicates,
    ObjectEventsIgnored: receipt.ignored,
    MessagesRejected: firstSeen,
    BatchesClosedByEventCount: receipt.closed.length,
  };
}

/** A rejected message comes back until its receive count is used up; once is enough to say so. */
function isFirstSight(rejection: Rejection): boolean {
  return rejection.receiveCount <= 1;
}

function logRejection({ messageId, reason, detail }: Rejection): void {
  logger.warn("message rejected", { messageId, reason, detail });
}
