import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { errorText, wakeEntry } from "../contract";
import { connectTo, iamToken } from "../database";
import type { Rejection } from "./judge-messages";
import { rejectionFields } from "./log-rejection";
import { receiptFields } from "./log-receipt";
import { Receiver } from "./receive";
import { settingsFromEnvironment } from "./settings";

const settings = settingsFromEnvironment(process.env);
const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
// Said here, it is not the environment's to change: a level above it would take the metrics along.
const logger = new Logger({ serviceName: "ingest", logLevel: "INFO" });
/** A wake event that takes longer than this is worth less than the next batch. */
const wakeTimeoutMs = 1_000;

const receiver = new Receiver(settings, {
  connection: connectTo(settings.access, iamToken(settings.access), { planOnce: true }),
  putWakeEvent: async () => {
    const { Entries } = await eventBridge.send(
      new PutEventsCommand({ Entries: [wakeEntry(settings.objectQueueArn)] }),
      { abortSignal: AbortSignal.timeout(wakeTimeoutMs) },
    );
    return Entries?.[0];
  },
  sleep: (ms) => sleep(ms, undefined, { ref: false }),
  now: Date.now,
  log: {
    rejected: logRejection,
    databaseFailed: (error, attempt) =>
      logger.warn("database failed", { attempt, error: errorText(error) }),
    notWoken: (error) =>
      logger.warn("emitter not woken; its schedule will", { error: errorText(error) }),
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
  try {
    const receipt = await receiver.receive(messages, () => context.getRemainingTimeInMillis());
    const now = Date.now();
    logger.info("ingested", receiptFields(settings.bucket, receipt, now - startedAt, now));
    return {
      batchItemFailures: receipt.rejected.map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  } catch (error) {
    const ms = Date.now() - startedAt;
    logger.error("not ingested; the messages come back", { messages: messages.length, ms });
    throw error;
  }
}

function logRejection(rejection: Rejection): void {
  const fields = rejectionFields(settings.bucket, rejection, Date.now());
  if (fields) logger.warn("message rejected", fields);
}
