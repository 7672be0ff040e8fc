import * as echarts from "echarts";
import { format, summaryOf, type Section } from "./report";

/** Whose figure it is, as the legend says it, and its colour in the light and in the dark. */
interface Group {
  readonly name: string;
  readonly has: (id: string) => boolean;
  readonly light: string;
  readonly dark: string;
}

const isOurs = (id: string) => id.startsWith("handler");
const isLimit = (id: string) => id.startsWith("copy");
const groups: readonly Group[] = [
  { name: "EDP Monitor", has: isOurs, light: "#2563eb", dark: "#5b8def" },
  { name: "the limit: plain COPY", has: isLimit, light: "#9ca3af", dark: "#7d8590" },
  {
    name: "what one would use instead",
    has: (id) => !isOurs(id) && !isLimit(id),
    light: "#d97706",
    dark: "#e08c26",
  },
];

const paper = { light: "#ffffff", dark: "#0d1117" };
const ink = { light: "#222222", dark: "#e6edf3" };
const paleInk = { light: "#54555a", dark: "#9198a1" };
const lines = { light: "#dbdee4", dark: "#30363d" };

/** Object events per second as bars, on a logarithmic axis: SVG, for light pages and dark ones. */
export function chartOf(ingest: Section): string {
  const figures = ingest.figures.filter(({ unit }) => unit === "/s").toReversed();
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 860, height: 510 });
  chart.setOption({
    backgroundColor: paper.light,
    animation: false,
    grid: { left: 390, right: 80, top: 46, bottom: 40 },
    legend: {
      top: 8,
      left: "center",
      itemWidth: 14,
      itemGap: 24,
      textStyle: { color: ink.light, fontSize: 12 },
      data: groups.map(({ name }) => name),
    },
    xAxis: {
      type: "log",
      min: 100,
      name: "object events per second, to commit (logarithmic)",
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: { color: paleInk.light },
      axisLabel: { color: paleInk.light },
      splitLine: { lineStyle: { color: lines.light } },
    },
    yAxis: {
      type: "category",
      data: figures.map(({ label }) => label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: paleInk.light } },
      axisLabel: { color: ink.light, fontSize: 12 },
    },
    series: groups.map(({ name, has, light }) => ({
      type: "bar",
      name,
      barWidth: 16,
      barGap: "-100%", // every figure is in one group, so its bar is alone on its line
      itemStyle: { color: light },
      data: figures.map((figure) =>
        has(figure.id) ? Math.round(summaryOf(figure).median) : undefined,
      ),
      label: {
        show: true,
        position: "right",
        color: ink.light,
        formatter: ({ value }: { value: unknown }) =>
          value === undefined ? "" : format(Number(value)),
      },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${inTheDark(svg)}\n`;
}

/** A picture in a page follows the reader's system by a style of its own, which beats attributes. */
function inTheDark(svg: string): string {
  const rules = [paper, ink, paleInk, lines, ...groups].flatMap(({ light, dark }) =>
    ["fill", "stroke"]
      .filter((paint) => svg.includes(`${paint}="${light}"`))
      .map((paint) => `[${paint}="${light}"]{${paint}:${dark}}`),
  );
  const style = `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
  return svg.replace(/^<svg[^>]*>/, (opening) => `${opening}\n${style}`);
}
