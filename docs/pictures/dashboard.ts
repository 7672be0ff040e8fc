// Draws the CloudWatch dashboard as it would be, with sample values: `npm run docs:dashboard`.
import * as fs from "node:fs";
import * as path from "node:path";
import { dashboardBody } from "../../components/parts/dashboard-body";
import type { Widget } from "../../components/parts/dashboard-pane";
import { sampleSeries } from "./sample-series";

const column = 50;
const row = 30;
const gap = 6;
const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"];
const text = "#16191f";
const muted = "#5f6b7a";

const example = {
  region: "eu-west-1",
  alarmArns: [
    ...["heartbeat", "unpublished", "lateness", "failed-invocations-object-events"],
    ...["dead-letters", "oldest-message", "ingest-errors", "ingest-throttles", "emitter-errors"],
    ...["database-storage", "database-cpu", "database-connections"],
  ].map((id) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:edp-alarms-${id}`),
  watched: {
    bucketName: "instrument-bucket",
    rules: ["object-events", "heartbeat", "emitter-schedule", "emitter-wake", "package-events"].map(
      (id) => ({ id, name: `edp-${id}`, ...(id === "package-events" && { busName: "edp" }) }),
    ),
    queueName: "edp-object-events",
    deadLetterQueues: [
      "dead-letters",
      "undelivered-object-events",
      "undelivered-announcements",
    ].map((id) => ({ id, name: `edp-${id}` })),
    functions: ["ingest", "emitter"].map((id) => ({
      ...{ id, name: `edp-${id}`, logGroupName: `edp-${id}` },
    })),
    databaseId: "edp-database",
    instanceClass: "db.t4g.small",
    topicName: "edp-package-events",
  },
};

/** The whole picture as SVG. */
export function dashboardPicture(): string {
  const { widgets } = dashboardBody(example);
  const height = Math.max(...widgets.map(({ y, height }) => y + height)) * row;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * column} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>The dashboard of one monitor, with sample values</title>`,
    `<rect width="100%" height="100%" fill="#f2f3f3"/>`,
    ...widgets.map(drawWidget),
    "</svg>\n",
  ].join("\n");
}

function drawWidget(widget: Widget): string {
  const box = {
    width: widget.width * column - gap,
    height: widget.height * row - gap,
  };
  const properties = widget.properties as Record<string, unknown> & { title?: string };
  const draw = {
    metric: () => drawMetric(properties as unknown as MetricProperties, box),
    text: () => drawText(String(properties["markdown"]), box),
    alarm: () => drawAlarms(properties["alarms"] as string[], box),
  }[widget.type];
  const isHeading = widget.height === 1;
  return `<g transform="translate(${widget.x * column + gap / 2} ${widget.y * row + gap / 2})">
${isHeading ? "" : `<rect width="${box.width}" height="${box.height}" rx="6" fill="#fff" stroke="#d5dbdb"/>`}
${properties.title === undefined ? "" : words(properties.title, 10, 20, { size: 13, weight: "bold" })}
${draw()}
</g>`;
}

interface Box {
  readonly width: number;
  readonly height: number;
}
interface MetricProperties {
  readonly metrics: readonly (readonly (string | Record<string, unknown>)[])[];
  readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
}

function drawMetric({ metrics, annotations }: MetricProperties, { width, height }: Box): string {
  const shown = metrics.map(lineOf).filter(({ visible }) => visible);
  const [left, right, top, bottom] = [36, width - 10, 32, height - 30];
  const limit = annotations?.horizontal[0]?.value;
  const most = Math.max(1, ...shown.flatMap(({ values }) => values));
  const y = (value: number) => bottom - ((bottom - top) * value) / (most * 1.1);
  const lines = shown.map(({ values }, i) => {
    const x = (at: number) => left + ((right - left) * at) / (values.length - 1);
    const points = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colours[i]!}" stroke-width="1.5"/>`;
  });
  let at = 10;
  const legend = shown.map(({ label }, i) => {
    const entry = `<rect x="${at}" y="${height - 17}" width="8" height="8" fill="${colours[i]!}"/>${words(label, at + 11, height - 9, { size: 10, colour: muted })}`;
    at += 18 + label.length * 5.6;
    return entry;
  });
  const isAlarmShown = limit !== undefined && limit <= most * 1.1;
  return [
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#d5dbdb"/>`,
    words(short(most), left - 4, top + 8, { colour: muted, anchor: "end" }),
    words("0", left - 4, bottom, { colour: muted, anchor: "end" }),
    ...(isAlarmShown
      ? [
          `<path d="M${left} ${y(limit)}H${right}" stroke="#d62728" stroke-dasharray="4 3"/>`,
          words("alarm", right, y(limit) - 3, { colour: "#d62728", anchor: "end" }),
        ]
      : []),
    ...lines,
    ...legend,
  ].join("\n");
}

function lineOf(line: MetricProperties["metrics"][number]) {
  const options = (typeof line.at(-1) === "string" ? {} : line.at(-1)) as {
    label?: string;
    visible?: boolean;
    expression?: string;
  };
  const name = options.expression === undefined ? (line[1] as string) : "success";
  const label = options.label ?? name;
  return { label, visible: options.visible !== false, values: sampleSeries(name, label) };
}

/** Markdown as far as the dashboard's text uses it: a heading, paragraphs, a table. */
function drawText(markdown: string, { width }: Box): string {
  const [first, ...rest] = markdown.trim().split("\n");
  const heading = words(first!.replace(/^#+ /, ""), 10, 20, { size: 14, weight: "bold" });
  let y = 24;
  const columns = [10, 150, 300];
  const lines = rest.flatMap((line) => {
    if (/^\|[ -|]+\|$/.test(line) && !/[a-z]/i.test(line)) return [];
    const cells = line.startsWith("|") ? line.slice(1, -1).split("|") : [line];
    const wrapped = cells.map((cell, i) => {
      const end = cells.length === 1 ? width : (columns[i + 1] ?? width);
      return wrap(plain(cell), (end - columns[i]! - 10) / 6.1);
    });
    const block = wrapped.flatMap((parts, i) =>
      parts.map((part, n) => words(part, columns[i]!, y + 16 + n * 13)),
    );
    y += 6 + 13 * Math.max(...wrapped.map((parts) => parts.length));
    return block;
  });
  return [heading, ...lines].join("\n");
}

function drawAlarms(arns: readonly string[], { width }: Box): string {
  return arns
    .map((arn, i) => {
      const [x, y] = [10 + (i % 2) * (width / 2), 32 + Math.floor(i / 2) * 34];
      return `<rect x="${x}" y="${y}" width="${width / 2 - 18}" height="28" rx="3" fill="#e8f6ee" stroke="#2ca02c"/>${words(arn.split("edp-alarms-").at(-1)!, x + 6, y + 18, { size: 10 })}`;
    })
    .join("\n");
}

interface WordsOptions {
  readonly size?: number;
  readonly weight?: string;
  readonly colour?: string;
  readonly anchor?: string;
}

function words(content: string, x: number, y: number, options: WordsOptions = {}): string {
  const { size = 11, weight = "normal", colour = text, anchor = "start" } = options;
  const escaped = content.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escaped}</text>`;
}

function plain(markdown: string): string {
  return markdown.replace(/[`*]/g, "").trim();
}

function wrap(content: string, columns: number): string[] {
  const lines = [""];
  for (const word of content.split(" ")) {
    if (`${lines.at(-1)!} ${word}`.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)!} ${word}`.trim();
  }
  return lines;
}

function short(value: number): string {
  if (value >= 1e9) return `${Math.round(value / 1e9)}G`;
  if (value >= 1e6) return `${Math.round(value / 1e6)}M`;
  return value >= 10_000 ? `${Math.round(value / 1e3)}k` : String(Math.round(value));
}

if (require.main === module) {
  fs.writeFileSync(path.join(__dirname, "../images/dashboard.svg"), dashboardPicture());
}
