// Draws the CloudWatch dashboard as it would be, with sample values: `npm run docs:dashboard`.
import * as fs from "node:fs";
import * as path from "node:path";
import { dashboardBody } from "../../components/watching/dashboard-body";
import type { Widget } from "../../components/watching/dashboard-pane";
import { drawMetric, type MetricProperties } from "./metric";
import { exampleMonitor } from "./monitor";
import { plain, words, wrap, type Box } from "./words";

const column = 50;
const row = 30;
const gap = 6;

/** The colours for a reader whose system is dark: a style of the picture's own beats its attributes. */
const inTheDark = Object.entries({
  "#f2f3f3": "#0f1b2a", // the ground
  "#fff": "#192534", // a pane
  "#d5dbdb": "#414d5c", // frames and axes
  "#16191f": "#e9ebed", // words
  "#5f6b7a": "#9ba7b6", // words that matter less
  "#e8f6ee": "#1c3a2b", // an alarm that is well
  "#1f77b4": "#5aa9e6", // the first line of a pane; the others stand out on either ground
})
  .flatMap(([light, dark]) =>
    ["fill", "stroke"].map((paint) => `[${paint}="${light}"]{${paint}:${dark}}`),
  )
  .join("");

/** The whole picture as SVG. */
export function dashboardPicture(): string {
  const { widgets } = dashboardBody(exampleMonitor);
  const height = Math.max(...widgets.map(({ y, height }) => y + height)) * row;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * column} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>The dashboard of one monitor, with sample values</title>`,
    `<style>@media (prefers-color-scheme:dark){${inTheDark}}</style>`,
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

function drawAlarms(arns: readonly string[], { width, height }: Box): string {
  const columns = 2;
  const top = 32;
  const each = (height - top - 6) / Math.ceil(arns.length / columns);
  return arns
    .map((arn, i) => {
      const x = 10 + (i % columns) * ((width - 10) / columns);
      const y = top + Math.floor(i / columns) * each;
      const box = `x="${x}" y="${y.toFixed(1)}" width="${(width - 10) / columns - 10}" height="${(each - 4).toFixed(1)}"`;
      return `<rect ${box} rx="3" fill="#e8f6ee" stroke="#2ca02c"/>${words(arn.split("edp-alarms-").at(-1)!, x + 6, y + each / 2 + 2, { size: 9.5 })}`;
    })
    .join("\n");
}

if (require.main === module) {
  fs.writeFileSync(path.join(__dirname, "../images/dashboard.svg"), dashboardPicture());
}
