import type * as pulumi from "@pulumi/pulumi";

/** An alarm as CloudWatch has it, before its resource: what is watched, and when it goes off. */
export interface AlarmSpec {
  /** Its name within the monitor, and its heading in docs/observability.md. */
  readonly id: string;
  /** What is wrong. */
  readonly says: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** CloudWatch's word for a statistic, or a percentile. */
  readonly statistic: "Maximum" | "Minimum" | "Sum" | "Average" | "p99";
  readonly periodSeconds: number;
  /** Goes off when `datapoints` of the last `periods` periods breach. */
  readonly periods: number;
  readonly datapoints: number;
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Only the heartbeat's silence is an alarm: everything else is silent while nothing happens. */
  readonly missing: "breaching" | "notBreaching";
}
