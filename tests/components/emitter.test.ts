import { expect } from "chai";
import { environment, inputs, monitorGraph, plainGraph } from "../../support/graph";

const lambdaArn = "arn:aws:lambda:eu-west-1:123456789012:function:edp-emitter";

describe("emitter", () => {
  it("is told by default", async () => {
    expect(environment(await plainGraph(), "edp-emitter")).to.deep.equal({
      NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
      DATABASE_HOST: "edp-database.abc.rds.amazonaws.com",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "edp",
      DATABASE_USER: "edp_runtime",
      THRESHOLD_EVENT_COUNT: "20",
      THRESHOLD_DURATION_SECONDS: "300",
      HEARTBEAT_PERIOD_SECONDS: "60",
      HEARTBEAT_MISSING_AFTER_SECONDS: "150",
      HOLD_AFTER_TROUBLE_SECONDS: "115",
      HOLD_LIMIT_SECONDS: "3600",
      LEDGER_RETENTION_DAYS: "30",
      BUCKET_NAME: "instrument-bucket",
      BUCKET_IGNORE_PREFIXES: "",
      BUCKET_PREFIX_DEPTH: "2",
      EVENT_BUS_ARN: "arn:aws:events:eu-west-1:123456789012:event-bus/edp-package-events",
      PARTITION: "aws",
    });
  });

  it("is told what the user set", async () => {
    const graph = await monitorGraph({
      bucketThresholdEventCount: 5,
      bucketThresholdDuration: 60,
      bucketThresholdMaxAge: 600,
      ledgerRetentionDays: 90,
      eventBusName: "shared",
    });
    expect(environment(graph, "edp-emitter")).to.include({
      THRESHOLD_EVENT_COUNT: "5",
      THRESHOLD_DURATION_SECONDS: "60",
      THRESHOLD_MAX_AGE_SECONDS: "600",
      LEDGER_RETENTION_DAYS: "90",
      EVENT_BUS_ARN: "arn:aws:events:eu-west-1:123456789012:event-bus/shared",
    });
  });

  it("starts every minute, and on wake events of its own queue", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "EventRule", "edp-emitter-schedule")).to.deep.equal({
      description: "EDP Monitor: starts the emitter",
      scheduleExpression: "rate(1 minute)",
    });
    const { eventPattern, ...wake } = inputs(graph, "EventRule", "edp-emitter-wake");
    expect(wake).to.deep.equal({
      description: "EDP Monitor: starts the emitter when ingest says that batches wait",
    });
    expect(JSON.parse(String(eventPattern))).to.deep.equal({
      source: ["edp-monitor"],
      "detail-type": ["batches-waiting"],
      resources: ["arn:aws:sqs:eu-west-1:123456789012:edp-object-events"],
    });
    for (const name of ["edp-emitter-schedule", "edp-emitter-wake"]) {
      expect(inputs(graph, "EventTarget", name)).to.deep.equal({
        rule: name,
        arn: lambdaArn,
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 5 },
      });
      expect(inputs(graph, "Permission", name)).to.deep.equal({
        function: "edp-emitter",
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        sourceArn: `arn:aws:events:eu-west-1:123456789012:rule/${name}`,
      });
    }
  });

  it("is never started again for an old event", async () => {
    expect(inputs(await plainGraph(), "FunctionEventInvokeConfig", "edp-emitter")).to.deep.equal({
      functionName: "edp-emitter",
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });
  });
});
