import { expect } from "chai";
import { metrics as own, metricsNamespace, type MetricName } from "../../functions/contract";
import type { Graph } from "../../local/program";
import { node } from "../../support/graph";

interface Documented {
  /** The dimension that names the resource, and the type of that resource. */
  readonly dimension: string;
  readonly kind: string;
  /** Every metric in use, with the statistics that say something: AWS's name, to the letter. */
  readonly metrics: Readonly<Record<string, readonly string[]>>;
}

const count = ["Sum"];
const level = ["Maximum", "Average"];
/** What AWS documents, of what we use, by namespace. */
const documented: Readonly<Record<string, Documented>> = {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
  "AWS/Events": {
    dimension: "RuleName",
    kind: "EventRule",
    metrics: {
      Invocations: count,
      TriggeredRules: count,
      FailedInvocations: count,
      InvocationsFailedToBeSentToDlq: count,
    },
  },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
  "AWS/SNS": {
    dimension: "TopicName",
    kind: "Topic",
    metrics: { NumberOfMessagesPublished: count },
  },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  "AWS/SQS": {
    dimension: "QueueName",
    kind: "Queue",
    metrics: {
      ApproximateNumberOfMessagesVisible: ["Maximum"],
      ApproximateNumberOfMessagesNotVisible: ["Maximum"],
      ApproximateAgeOfOldestMessage: ["Maximum"],
    },
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  "AWS/Lambda": {
    dimension: "FunctionName",
    kind: "Function",
    metrics: {
      Invocations: count,
      Errors: count,
      Throttles: count,
      Duration: ["p50", "p99", "Maximum"],
      ConcurrentExecutions: ["Maximum"],
    },
  },
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
  "AWS/RDS": {
    dimension: "DBInstanceIdentifier",
    kind: "Instance",
    metrics: {
      CPUUtilization: level,
      DatabaseConnections: level,
      FreeStorageSpace: level,
      FreeableMemory: level,
      CPUSurplusCreditsCharged: ["Maximum"],
    },
  },
};

/** Expects that a metric is one of ours or AWS's, and that its resource is in the graph. */
export function expectMetric(
  graph: Graph,
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
  statistic: string,
): void {
  const says = `${namespace} ${metric}, ${statistic}`;
  if (namespace === metricsNamespace) {
    expect(Object.keys(own), says).to.include(metric);
    // Several runs may end in one minute: their mean says nothing, and neither does a sum of ages.
    const isAge = own[metric as MetricName].unit === "Seconds";
    expect(isAge ? ["p50", "p99", "Maximum"] : ["Sum", "Maximum"], says).to.include(statistic);
    expect(dimensions, says).to.deep.equal({ bucket: "instrument-bucket" });
    return;
  }
  const of = documented[namespace];
  if (of === undefined) throw new Error(`AWS has no namespace ${namespace}`);
  expect(of.metrics[metric], says).to.include(statistic);
  const { EventBusName, [of.dimension]: name, ...others } = dimensions;
  expect(others, says).to.deep.equal({});
  expect(() => node(graph, of.kind, name!), `${says} of ${name!}`).not.to.throw();
  if (namespace !== "AWS/Events") expect(EventBusName, says).to.equal(undefined);
  else {
    // Rules of the default bus have no dimension for it.
    const bus = node(graph, "EventRule", name!).inputs["eventBusName"];
    expect(EventBusName, says).to.equal(bus === "default" ? undefined : bus);
  }
}
