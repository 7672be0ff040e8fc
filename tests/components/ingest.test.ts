import { expect } from "chai";
import { environment, inputs, monitorGraph, plainGraph } from "../../support/graph";

describe("ingest", () => {
  it("takes messages by the thousand, with partial batch responses", async () => {
    expect(inputs(await plainGraph(), "EventSourceMapping", "edp-ingest")).to.deep.equal({
      eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:edp-object-events",
      functionName: "arn:aws:lambda:eu-west-1:123456789012:function:edp-ingest",
      batchSize: 1000,
      maximumBatchingWindowInSeconds: 2,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 4 },
    });
  });

  it("is told by default", async () => {
    expect(environment(await plainGraph(), "edp-ingest")).to.deep.equal({
      NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
      DATABASE_HOST: "edp-database.abc.rds.amazonaws.com",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "edp",
      DATABASE_USER: "edp_runtime",
      THRESHOLD_EVENT_COUNT: "20",
      THRESHOLD_DURATION_SECONDS: "300",
      BUCKET_NAME: "instrument-bucket",
      BUCKET_IGNORE_PREFIXES: "",
      BUCKET_PREFIX_DEPTH: "2",
      LEDGER_RETENTION_DAYS: "30",
      OBJECT_QUEUE_ARN: "arn:aws:sqs:eu-west-1:123456789012:edp-object-events",
    });
  });

  it("is told what the user set", async () => {
    const graph = await monitorGraph({
      bucketName: "other-bucket",
      bucketIgnorePrefixes: "raw/*, *.tmp",
      bucketPrefixDepth: 3,
      bucketThresholdEventCount: 5,
      bucketThresholdDuration: 60,
      bucketThresholdMaxAge: 600,
      ledgerRetentionDays: 90,
    });
    expect(environment(graph, "edp-ingest")).to.include({
      BUCKET_NAME: "other-bucket",
      BUCKET_IGNORE_PREFIXES: "raw/*, *.tmp",
      BUCKET_PREFIX_DEPTH: "3",
      THRESHOLD_EVENT_COUNT: "5",
      THRESHOLD_DURATION_SECONDS: "60",
      THRESHOLD_MAX_AGE_SECONDS: "600",
      LEDGER_RETENTION_DAYS: "90",
    });
  });
});
