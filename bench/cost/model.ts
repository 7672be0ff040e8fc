import { metrics } from "../../functions/contract";
import { databaseClasses, prices, type DatabaseClass } from "./prices";

/** Batch sizes that are compared. The first is one Lambda per event. */
export const batchSizes = [1, 10, 100, 1000] as const;
export type BatchSize = (typeof batchSizes)[number];

/** What the bench has measured, on two cores. */
export interface Measured {
  /** Object events per second of one ingest, by batch size. */
  readonly eventsPerSecond: Readonly<Record<BatchSize, number>>;
  /** Bytes of database per object event, index included. */
  readonly bytesPerEvent: number;
  /** The same of one that overwrites a file. */
  readonly bytesPerOverwrite: number;
  /** Bytes of database per prefix without an open batch, indexes included. */
  readonly bytesPerPrefix: number;
}

const million = 1_000_000;
const hoursPerMonth = 730;
const daysPerMonth = 30;
/** Lambda's poller receives and deletes ten messages a request, whatever the invocation's size. */
const messagesPerRequest = 10;
/** Memory of the ingest Lambda, GB (`components/ingest.ts`). */
const ingestGb = 0.5;
/** What Lambda bills beside the transaction: reading the payload, answering. An assumption. */
const overheadMs = 2;
/** Lambda's START, END and REPORT lines and ours: bytes per invocation, rounded up. */
const logBytes = 1_700;
/** Object events of an announced batch: the default of bucketThresholdEventCount. */
const eventsPerBatch = 20;
/** Memory of the emitter Lambda, GB (`components/emitter.ts`). */
const emitterGb = 0.25;
/** Zones of the endpoint in a VPC that the component makes. */
const zones = 2;
const defaultStorageGb = 20;
/** Alarms of a monitor with a burstable database (`components/watching/alarm-specs.ts`). */
export const alarms = 25;
const ownMetrics = Object.keys(metrics).length;

/** Dollars, by what they are for. */
export type Bill = Readonly<Record<string, number>>;

/** Dollars per million object events, without what is paid by the month. */
export function perMillion(batchSize: BatchSize, measured: Measured): Bill {
  const invocations = million / batchSize;
  const ms = (batchSize / measured.eventsPerSecond[batchSize]) * 1000 + overheadMs;
  const sqsRequests = million + (2 * million) / Math.min(batchSize, messagesPerRequest);
  return {
    "S3's events on EventBridge": prices.eventBridge.dollars,
    // One Lambda per event needs no queue: EventBridge invokes it.
    "SQS requests": batchSize === 1 ? 0 : (sqsRequests / million) * prices.sqs.dollars,
    "Lambda requests": (invocations / million) * prices.lambdaRequests.dollars,
    "Lambda duration": invocations * (ms / 1000) * ingestGb * prices.lambdaDuration.dollars,
    "Lambda logs": ((invocations * logBytes) / 1e9) * prices.logs.dollars,
    announcements: (1 / eventsPerBatch) * prices.putEvents.dollars,
  };
}

/** Dollars per month for what is there all the time, whether object events come or not. */
export function perMonth(databaseClass: DatabaseClass = databaseClasses[0]!): Bill {
  return {
    [`database ${databaseClass.name}`]: databaseClass.dollarsPerHour * hoursPerMonth,
    [`its storage, ${defaultStorageGb} GB`]: defaultStorageGb * prices.storage.dollars,
    "interface endpoint, two zones": prices.endpoint.dollars * zones * hoursPerMonth,
    [`${ownMetrics} metrics, ${alarms} alarms, a dashboard`]:
      ownMetrics * prices.metric.dollars + alarms * prices.alarm.dollars + prices.dashboard.dollars,
    "emitter, awake all the time": hoursPerMonth * 3600 * emitterGb * prices.lambdaDuration.dollars,
  };
}

export function total(bill: Bill): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}

/** What a class of database carries. */
export interface Capacity {
  readonly databaseClass: DatabaseClass;
  /** Object events per second, for good, with half of its CPU left over. */
  readonly eventsPerSecond: number;
  /** Object events a month, were they to come at that rate by day and night. */
  readonly eventsPerMonth: number;
  /** GB of ledger at that rate and 30 days of retention. */
  readonly ledgerGb: number;
}

/** Share of the database's CPU that ingest may take: the rest is for bursts, vacuum and emitter. */
const cpuShare = 0.5;
/** Cores that the bench had, for database and Lambda together. */
const benchCores = 2;

/** A model, not a measurement: the bench's rate by virtual CPUs and their baseline. */
export function capacityOf(
  databaseClass: DatabaseClass,
  batchSize: BatchSize,
  measured: Measured,
): Capacity {
  const cores = databaseClass.vCpus * databaseClass.baseline;
  const eventsPerSecond = (measured.eventsPerSecond[batchSize] / benchCores) * cores * cpuShare;
  const eventsPerMonth = eventsPerSecond * 3600 * 24 * daysPerMonth;
  return {
    databaseClass,
    eventsPerSecond,
    eventsPerMonth,
    ledgerGb: (eventsPerMonth * measured.bytesPerEvent) / 1e9,
  };
}
