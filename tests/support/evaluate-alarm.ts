/** What CloudWatch is told of an alarm, as far as its evaluation needs it. */
export interface AlarmInputs {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly alarmDescription: string;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparisonOperator: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly treatMissingData: "breaching" | "notBreaching";
}

/**
 * The state after these values, one a period, undefined where there was none: M out of the last N
 * periods, missing ones filled as the alarm says
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html). Periods
 * from before the first value had none either, but the alarm was not there to mind.
 */
export function evaluateAlarm(
  alarm: AlarmInputs,
  values: readonly (number | undefined)[],
): "ALARM" | "OK" {
  const { threshold, comparisonOperator, treatMissingData } = alarm;
  const breaches = (value: number | undefined) => {
    if (value === undefined) return treatMissingData === "breaching";
    return comparisonOperator === "GreaterThanThreshold" ? value > threshold : value < threshold;
  };
  const breaching = values.slice(-alarm.evaluationPeriods).filter(breaches).length;
  return breaching >= alarm.datapointsToAlarm ? "ALARM" : "OK";
}
