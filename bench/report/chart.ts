import * as echarts from "echarts";
import { format, summaryOf, type Section } from "./report";

/** Object events per second as bars, on a logarithmic axis: SVG. */
export function chartOf(ingest: Section): string {
  const figures = ingest.figures.filter(({ unit }) => unit === "/s").toReversed();
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 860, height: 480 });
  chart.setOption({
    backgroundColor: "#ffffff",
    animation: false,
    grid: { left: 390, right: 80, top: 16, bottom: 40 },
    xAxis: {
      type: "log",
      min: 100,
      name: "object events per second, to commit",
      nameLocation: "middle",
      nameGap: 26,
    },
    yAxis: {
      type: "category",
      data: figures.map(({ label }) => label),
      axisTick: { show: false },
      axisLabel: { color: "#222", fontSize: 12 },
    },
    series: [
      {
        type: "bar",
        barWidth: 16,
        data: figures.map((figure) => ({
          value: Math.round(summaryOf(figure).median),
          itemStyle: { color: colourOf(figure.id) },
        })),
        label: {
          show: true,
          position: "right",
          color: "#222",
          formatter: ({ value }: { value: unknown }) => format(Number(value)),
        },
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

/** The product, the limit, and what one would use instead. */
function colourOf(id: string): string {
  if (id.startsWith("handler")) return "#2563eb";
  return id.startsWith("copy") ? "#9ca3af" : "#d97706";
}
