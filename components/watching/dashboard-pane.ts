import type * as pulumi from "@pulumi/pulumi";
import type { Watched } from "../records";

/** What a dashboard shows, with every name known. */
export interface Shown {
  readonly watched: pulumi.Unwrap<Watched>;
  readonly alarmArns: readonly string[];
  readonly region: string;
}

/**
 * A line of a pane: a metric by its full name, or an expression over others; CloudWatch's own form
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).
 */
export type Line = readonly (string | Readonly<Record<string, string | number | boolean>>)[];

export interface Widget {
  readonly type: "metric" | "text" | "alarm";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A widget that knows its size, and not yet its place. */
export type Pane = Omit<Widget, "x" | "y">;
export interface PaneOptions {
  readonly left?: string;
  readonly right?: string;
  readonly stacked?: boolean;
  /** A horizontal line, where an alarm goes off. */
  readonly limit?: number;
}

export const gridWidth = 24;
const paneHeight = 6;

/** Panes side by side, as wide as one another. */
export function panes({ region }: Shown, of: (readonly [string, Line[], PaneOptions?])[]): Pane[] {
  return of.map(([title, metrics, options = {}]) => ({
    type: "metric",
    width: gridWidth / of.length,
    height: paneHeight,
    properties: {
      title,
      region,
      metrics,
      view: "timeSeries",
      period: 60,
      stacked: options.stacked ?? false,
      yAxis: {
        left: { min: 0, showUnits: false, ...(options.left && { label: options.left }) },
        ...(options.right && {
          right: {
            min: 0,
            showUnits: false,
            label: options.right,
            ...(options.right === "%" && { max: 100 }),
          },
        }),
      },
      ...(options.limit !== undefined && {
        annotations: { horizontal: [{ value: options.limit, label: "alarm" }] },
      }),
    },
  }));
}

export function ruleLine({ name, busName }: Shown["watched"]["rules"][number]) {
  const dimensions = [
    ...(busName === undefined ? [] : ["EventBusName", busName]),
    "RuleName",
    name,
  ];
  return (metric: string, label = metric): Line => [
    ...["AWS/Events", metric, ...dimensions],
    { stat: "Sum", label },
  ];
}
