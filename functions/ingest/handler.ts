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
// Said here, it is not the environment's to change: a level above it would take the metrics along.
const logger = new Logger({ serviceName: "ingest", logLevel: "INFO" });
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
    rejected: logRejection,
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
  try {
    const receipt = await receiver.receive(messages, () => context.getRemainingTimeInMillis());
    logReceipt(receipt, Date.now() - startedAt);
    return {
      batchItemFailures: receipt.rejected.map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  } catch (error) {
    const ms = Date.now() - startedAt;
    logger.error("not ingested; the messages come back", { messages: messages.length, ms });
    throw error;
  }
}

/**
 * Lists are cut: CloudWatch takes 256 KB of a line with metrics, and Logs Insights finds the first 200
 * fields of one. The emitter has a line for every batch when it is published.
 */
const mostPrefixes = 50;
const mostClosed = 20;

function logReceipt(receipt: Receipt, ms: number): void {
  const { messages, stored, duplicates, opened, closed, ignored, beats, rejected } = receipt;
  const { prefixes } = receipt;
  logger.info("ingested", {
    ...embeddedMetrics(settings.bucket, metricsOf(receipt), Date.now())[0],
    ...{ messages, stored, duplicates, opened, closed: closed.length, ignored, beats },
    ...{ rejected: rejected.length, ms, prefixes: prefixes.length },
    prefixNames: prefixes.slice(0, mostPrefixes),
    closedBatches: closed.slice(0, mostClosed),
  });
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

/**
 * A rejected message comes back a hundred times. It is said at first sight, and now and then after: the
 * first receipt may have been by an invocation that was throttled, and saw nothing.
 */
const sayEvery = 10;

function logRejection({ messageId, receiveCount, reason, detail }: Rejection): void {
  const isFirst = receiveCount <= 1;
  if (!isFirst && receiveCount % sayEvery !== 0) return;
  logger.warn("message rejected", {
    ...{ messageId, receiveCount, reason, detail },
    ...(isFirst && embeddedMetrics(settings.bucket, { MessagesRejected: 1 }, Date.now())[0]),
  });
}
