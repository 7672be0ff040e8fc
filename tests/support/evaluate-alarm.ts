/** What CloudWatch is told of an alarm. */
export interface AlarmInputs {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly alarmDescription: string;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
  readonly statistic?: string;
  /** A percentile, in place of the statistic. */
  readonly extendedStatistic?: string;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparisonOperator: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly treatMissingData: "breaching" | "notBreaching";
}

/** One value that somebody sent to CloudWatch. */
export interface Point {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

/** A change of state, and when. */
export interface Change {
  readonly at: number;
  readonly state: "OK" | "ALARM";
}

const minute = 60;
/**
 * CloudWatch looks further back than the evaluation periods, how far it does not say. The documented
 * examples have five periods for three.
 */
const furtherBack = 2;

/**
 * The state at the end of the first minute and every change of it, as CloudWatch evaluates: every
 * minute, by the periods that end just then
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html).
 */
export function evaluateAlarm(
  alarm: AlarmInputs,
  points: readonly Point[],
  [from, until]: readonly [number, number],
): Change[] {
  const own = points.filter((point) => isOf(alarm, point));
  const changes: Change[] = [];
  for (let now = Math.ceil(from / minute) * minute; now <= until; now += minute) {
    const state = stateOf(alarm, periodsBefore(now, alarm, own));
    if (state !== changes.at(-1)?.state) changes.push({ at: now, state });
  }
  return changes;
}

/**
 * The state after these values, one a period and the newest last, undefined where there was none:
 * the newest real ones, and missing ones only as far as those are too few
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
 */
export function stateOf(
  alarm: Pick<
    AlarmInputs,
    | "evaluationPeriods"
    | "datapointsToAlarm"
    | "comparisonOperator"
    | "threshold"
    | "treatMissingData"
  >,
  values: readonly (number | undefined)[],
): Change["state"] {
  const { evaluationPeriods, threshold } = alarm;
  const real = values.filter((value) => value !== undefined).slice(-evaluationPeriods);
  const breaching = real.filter((value) =>
    alarm.comparisonOperator === "GreaterThanThreshold" ? value > threshold : value < threshold,
  ).length;
  const filled = alarm.treatMissingData === "breaching" ? evaluationPeriods - real.length : 0;
  return breaching + filled >= alarm.datapointsToAlarm ? "ALARM" : "OK";
}

/** A metric is its namespace, its name and all of its dimensions: with one more or less it is another. */
function isOf({ namespace, metricName, dimensions }: AlarmInputs, point: Point): boolean {
  const [asked, given] = [Object.entries(dimensions), Object.keys(point.dimensions)];
  return (
    namespace === point.namespace &&
    metricName === point.metric &&
    asked.length === given.length &&
    asked.every(([name, value]) => point.dimensions[name] === value)
  );
}

function periodsBefore(
  now: number,
  { statistic, extendedStatistic, period, evaluationPeriods }: AlarmInputs,
  points: readonly Point[],
): (number | undefined)[] {
  const range = evaluationPeriods + furtherBack;
  return Array.from({ length: range }, (_, i) => {
    const begins = now - (range - i) * period;
    const values = points
      .filter(({ at }) => at >= begins && at < begins + period)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : aggregate(statistic ?? extendedStatistic!, values);
  });
}

function aggregate(statistic: string, values: readonly number[]): number {
  const sum = values.reduce((one, other) => one + other, 0);
  const percentile = /^p(\d{1,2})$/.exec(statistic)?.[1];
  if (percentile !== undefined) {
    const ascending = values.toSorted((one, other) => one - other);
    return ascending[Math.ceil((Number(percentile) / 100) * values.length) - 1]!;
  }
  const known: Record<string, number> = {
    Sum: sum,
    Average: sum / values.length,
    Maximum: Math.max(...values),
    Minimum: Math.min(...values),
  };
  if (known[statistic] === undefined) throw new Error(`CloudWatch has no statistic ${statistic}`);
  return known[statistic];
}
