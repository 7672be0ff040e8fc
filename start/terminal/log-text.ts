import { fieldsOf } from "../../local/log";

/** A structured line of a Lambda as a person reads it; another line is as it was. */
export function readableLine(text: string): string {
  const line = fieldsOf(text);
  if (line === undefined) return text;
  const { message, ...fields } = line;
  const metrics = metricNames(fields["_aws"]);
  const details = Object.entries(fields)
    .filter(([name]) => !ofEveryLine.test(name) && !metrics.has(name))
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return details.length === 0 ? String(message) : `${String(message)} (${details.join(", ")})`;
}

/** What the logger adds to every line. */
const ofEveryLine =
  /^(_aws|level|timestamp|service|cold_start|function_.*|sampling_rate|xray_trace_id)$/;

/** The fields that are there only for CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function metricNames(embedded: unknown): ReadonlySet<string> {
  const { CloudWatchMetrics: directives = [] } = (embedded ?? {}) as {
    CloudWatchMetrics?: { Dimensions?: string[][]; Metrics?: { Name: string }[] }[];
  };
  return new Set(
    directives.flatMap(({ Dimensions = [], Metrics = [] }) => [
      ...Dimensions.flat(),
      ...Metrics.map(({ Name }) => Name),
    ]),
  );
}
