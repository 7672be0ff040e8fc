import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { wakeEntry } from "../contract";
import { Connection, forgottenBefore, iamToken, isEmitterAwake, type Db } from "../database";
import { ingest, sortMessages, type Rejection } from "./ingest";
import { settingsFromEnvironment } from "./settings";

const settings = settingsFromEnvironment(process.env);
const connection = new Connection(settings.access, iamToken(settings.access));
const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
const logger = new Logger({ serviceName: "ingest" });

/** Three tries, as long as there is time for another: the queue brings the messages back anyway. */
const maxAttempts = 3;
const leastRemainingMs = 6_000;
const hourMs = 60 * 60 * 1000;
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
  const run = <T>(work: (db: Db) => Promise<T>) =>
    connection.run(work, (error, attempt) => {
      logger.warn("database failed", { attempt, error: String(error) });
      return attempt < maxAttempts && context.getRemainingTimeInMillis() > leastRemainingMs;
    });

  const forgotten = await memory.get(startedAt, run);
  const sorted = sortMessages(messages, settings, new Date(startedAt), forgotten);
  const result = await ingest(sorted, settings, { run, wake });
  const rejected = [...sorted.rejected, ...result.unstorable];
  rejected.filter(isFirstSight).forEach(logRejection);

  result.closed.forEach((batch) =>
    logger.info("batch closed", { trigger: "event-count", ...batch }),
  );
  logger.info("ingested", {
    messages: messages.length,
    stored: result.stored,
    duplicates: result.duplicates,
    ignored: sorted.ignored,
    beats: sorted.beats.length,
    rejected: rejected.length,
    opened: result.opened,
    closed: result.closed.length,
    ms: Date.now() - startedAt,
  });
  return {
    batchItemFailures: rejected.map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

/** A rejected message comes back until its receive count is used up; once is enough to say so. */
function isFirstSight(rejection: Rejection): boolean {
  return rejection.receiveCount <= 1;
}

function logRejection({ messageId, reason, detail }: Rejection): void {
  logger.warn("message rejected", { messageId, reason, detail });
}

/** What the ledger has forgotten: it moves once a day, so a container asks once an hour. */
const memory = {
  askedAt: -Infinity,
  forgotten: null as Date | null,
  async get(now: number, run: <T>(work: (db: Db) => Promise<T>) => Promise<T>) {
    if (now - this.askedAt > hourMs) {
      this.forgotten = await run(forgottenBefore);
      this.askedAt = now;
    }
    return this.forgotten;
  },
};

/** When in doubt it wakes one: the messages are stored, and must not come back for this. */
async function wake(): Promise<void> {
  try {
    if (await isAwake()) return;
    await eventBridge.send(
      new PutEventsCommand({ Entries: [wakeEntry(settings.objectQueueArn)] }),
      { abortSignal: AbortSignal.timeout(wakeTimeoutMs) },
    );
  } catch (error) {
    logger.warn("emitter not woken; its schedule will", { error: String(error) });
  }
}

async function isAwake(): Promise<boolean> {
  const late = sleep(wakeTimeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`no answer in ${wakeTimeoutMs} ms`);
  });
  try {
    return await Promise.race([connection.run(isEmitterAwake), late]);
  } catch {
    connection.close();
    return false;
  }
}
