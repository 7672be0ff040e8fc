import * as path from "node:path";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Contender } from "./contender";
import { batchesOf } from "./messages";

const bundle = path.resolve(__dirname, "../../dist/functions/ingest/index.js");

/** The product: the built bundle, configured by the environment of this process. */
export async function create(): Promise<Contender> {
  const { handler } = (await import(bundle)) as {
    handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
  };
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  const invoke = async (event: SQSEvent) => {
    const { batchItemFailures } = await handler(event, context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} failed`);
  };
  return {
    atOnce: 1,
    prepare: (workload) =>
      batchesOf(workload)
        .map(sqsEvent)
        .map((event) => () => invoke(event)),
  };
}

export function sqsEvent(bodies: readonly string[]): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: "1",
    SentTimestamp: "1764000000000",
    SenderId: "AIDAEXAMPLE",
    ApproximateFirstReceiveTimestamp: "1764000000001",
  };
  return {
    Records: bodies.map((body, i) => ({
      messageId: `2e1424d4-f796-459a-8184-${String(i).padStart(12, "0")}`,
      receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
      body,
      attributes,
      messageAttributes: {},
      md5OfBody: "098f6bcd4621d373cade4e832627b4f6",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:111122223333:objects",
      awsRegion: "eu-west-1",
    })),
  };
}
