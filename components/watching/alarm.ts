import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../records";
import type { AlarmSpec } from "./alarm-spec";

export interface AlarmArgs {
  readonly description: pulumi.Input<string>;
  /** The topic that it goes to, and its end too. */
  readonly topicArn: pulumi.Output<string>;
  readonly tags?: Tags | undefined;
}

/** The one way to make an alarm. */
export function createAlarm(
  name: string,
  spec: AlarmSpec,
  { description, topicArn, tags }: AlarmArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm {
  const isPercentile = spec.statistic === "p99";
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: description,
      namespace: spec.namespace,
      metricName: spec.metricName,
      dimensions: spec.dimensions,
      ...(isPercentile
        ? { extendedStatistic: spec.statistic, evaluateLowSampleCountPercentiles: "evaluate" }
        : { statistic: spec.statistic }),
      period: spec.periodSeconds,
      evaluationPeriods: spec.periods,
      datapointsToAlarm: spec.datapoints,
      comparisonOperator: spec.comparison,
      threshold: spec.threshold,
      treatMissingData: spec.missing,
      alarmActions: [topicArn],
      okActions: [topicArn],
      tags,
    },
    { parent },
  );
}
