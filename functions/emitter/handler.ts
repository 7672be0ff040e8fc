import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Context } from "aws-lambda";
import { embeddedMetrics, errorText, limits, type Announcement } from "../contract";
import { connectTo, iamToken, readGauges } from "../database";
import { databasePort } from "./database-port";
import { emit } from "./emit";
import { Meter } from "./meter";
import { runLog } from "./run-log";
import { settingsFromEnvironment } from "./settings";
import { withTimeout } from "./with-timeout";

const settings = settingsFromEnvironment(process.env);
const connection = connectTo(settings.access, iamToken(settings.access), { planOnce: true });
// One attempt: a failed batch is tried again by its row, with a pause, and never blocks the others.
const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
// Said here, it is not the environment's to change: a level above it would take the metrics along.
const logger = new Logger({ serviceName: "emitter", logLevel: "INFO" });

/** What is left of a run's time when it gives up reading gauges: its own counts must still be said. */
const reportReserveMs = 2_000;

/** One run, started by the schedule or by a wake event: what the event says does not matter. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const startedAt = Date.now();
  const meter = new Meter();
  let end = "failed";
  try {
    end = await emit(randomUUID(), settings, {
      ...databasePort(connection, (error) =>
        logger.warn("database failed; looking again", { error: errorText(error) }),
      ),
      putEvents,
      sleep: (ms) => sleep(ms),
      remaining: () => context.getRemainingTimeInMillis(),
      log: runLog(settings.bucket, meter, logger),
    });
  } finally {
    await report(end, startedAt, meter, context.getRemainingTimeInMillis() - reportReserveMs);
  }
}

/** A run's line, with its metrics: the schedule makes one a minute, also of an idle bucket. */
async function report(
  reason: string,
  startedAt: number,
  meter: Meter,
  patienceMs: number,
): Promise<void> {
  // Best effort: what failed is said already, and a run that did its work must not fail for this. The
  // next one must not wait for an answer that this one no longer waits for.
  const gauges = meter.hasLooked
    ? await withTimeout(patienceMs, connection.withSession(readGauges), () =>
        connection.close(),
      ).catch(() => undefined)
    : undefined;
  const now = Date.now();
  const [metrics] = meter.hasLooked
    ? embeddedMetrics(settings.bucket, meter.values(gauges), now)
    : [];
  logger.info("run ended", { reason, ms: now - startedAt, ...metrics });
}

async function putEvents(entries: readonly Announcement[]): Promise<unknown> {
  const { Entries } = await eventBridge.send(
    new PutEventsCommand({
      Entries: entries.map((entry) => ({ ...entry, EventBusName: settings.eventBusArn })),
    }),
    { abortSignal: AbortSignal.timeout(limits.putEvents * 1000) },
  );
  return Entries;
}
