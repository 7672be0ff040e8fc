import { sampleSeries } from "./sample-series";
import { muted, short, words, type Box } from "./words";

/** What a pane of metrics is told, as far as it is drawn. */
export interface MetricProperties {
  readonly metrics: readonly (readonly (string | Record<string, unknown>)[])[];
  readonly stacked: boolean;
  readonly yAxis: { readonly left: Axis; readonly right?: Axis };
  readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
}

interface Axis {
  readonly label?: string;
  readonly max?: number;
}

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly isRight: boolean;
  /** Undefined where none was sent. */
  readonly values: readonly (number | undefined)[];
}

const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"];
const legendLine = 14;
const frame = "#d5dbdb";
const alarmed = "#d62728";

/** A pane: two axes, lines or areas upon one another, the alarm's limit, a legend. */
export function drawMetric(properties: MetricProperties, { width, height }: Box): string {
  const { metrics, stacked, yAxis, annotations } = properties;
  const lines = metrics.flatMap(lineOf).map((one, i) => ({ ...one, colour: colours[i]! }));
  const legend = legendOf(lines, { width, height });
  const [left, right] = [36, width - (yAxis.right ? 40 : 10)];
  const [top, bottom] = [yAxis.left.label || yAxis.right?.label ? 44 : 32, legend.top - 8];
  const drawn = stacked ? piledUp(lines) : lines;
  const scales = [false, true].map((isRight) => {
    const own = drawn.filter((one) => one.isRight === isRight);
    const most = Math.max(
      1,
      ...own.flatMap(({ values }) => values.filter((value) => value !== undefined)),
    );
    const highest = (isRight ? yAxis.right : yAxis.left)?.max ?? most * 1.1;
    return { most, highest, y: (value: number) => bottom - ((bottom - top) * value) / highest };
  });
  const [leftScale, rightScale] = [scales[0]!, scales[1]!];
  const limit = annotations?.horizontal[0]?.value;

  return [
    `<path d="M${left} ${top}V${bottom}H${right}${yAxis.right ? `V${top}` : ""}" fill="none" stroke="${frame}"/>`,
    ...axis(leftScale.most, yAxis.left, left - 4, "end"),
    ...(yAxis.right ? axis(rightScale.most, yAxis.right, right + 4, "start") : []),
    ...(limit !== undefined && limit <= leftScale.highest ? limitAt(leftScale.y(limit)) : []),
    ...drawn.map((one) => polyline(one, one.isRight ? rightScale.y : leftScale.y)),
    ...legend.entries,
  ].join("\n");

  function axis(most: number, { label, max }: Axis, x: number, anchor: string): string[] {
    return [
      words(short(max ?? most), x, top + 8, { colour: muted, anchor }),
      words("0", x, bottom, { colour: muted, anchor }),
      ...(label === undefined
        ? []
        : [
            words(label, x + (anchor === "end" ? 6 : -6), top - 6, {
              size: 10,
              colour: muted,
              anchor: anchor === "end" ? "start" : "end",
            }),
          ]),
    ];
  }
  function limitAt(y: number): string[] {
    return [
      `<path d="M${left} ${y}H${right}" stroke="${alarmed}" stroke-dasharray="4 3"/>`,
      words("alarm", right, y - 3, { colour: alarmed, anchor: "end" }),
    ];
  }
  function polyline({ values, colour }: Line, y: (value: number) => number): string {
    const x = (at: number) => left + ((right - left) * at) / (values.length - 1);
    const points = values.map((value, at) =>
      value === undefined ? undefined : `${x(at).toFixed(1)},${y(value).toFixed(1)}`,
    );
    return unbroken(points)
      .map((run) =>
        stacked
          ? `<polygon points="${left},${bottom} ${run.join(" ")} ${right},${bottom}" fill="${colour}"/>`
          : `<polyline points="${run.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
      )
      .join("\n");
  }
}

/** The runs between the gaps. */
function unbroken(points: readonly (string | undefined)[]): string[][] {
  const runs: string[][] = [[]];
  for (const point of points) {
    if (point === undefined) runs.push([]);
    else runs.at(-1)!.push(point);
  }
  return runs.filter((run) => run.length > 0);
}

/** A metric or an expression; nothing of what is only there for an expression. */
function lineOf(line: MetricProperties["metrics"][number]): Omit<Line, "colour">[] {
  const options = (typeof line.at(-1) === "string" ? {} : line.at(-1)) as {
    readonly label?: string;
    readonly visible?: boolean;
    readonly expression?: string;
    readonly yAxis?: string;
  };
  if (options.visible === false) return [];
  const name = options.expression === undefined ? (line[1] as string) : "success";
  const label = options.label ?? name;
  return [{ label, isRight: options.yAxis === "right", values: sampleSeries(name, label) }];
}

/** Each upon those before it; the highest first, so that it lies behind. */
function piledUp(lines: readonly Line[]): Line[] {
  const sum: number[] = [];
  return lines
    .map((one) => ({
      ...one,
      values: one.values.map((value, at) => (sum[at] = (sum[at] ?? 0) + (value ?? 0))),
    }))
    .toReversed();
}

/** As many lines as it takes; `top` is where they begin. */
function legendOf(lines: readonly Line[], { width, height }: Box) {
  let [x, line] = [10, 0];
  const places = lines.map(({ label, colour }) => {
    const wide = 18 + label.length * 5.6;
    if (x > 10 && x + wide > width) [x, line] = [10, line + 1];
    const place = { label, colour, x, line };
    x += wide;
    return place;
  });
  const top = height - 10 - legendLine * (line + 1);
  const entries = places.map(({ label, colour, x: at, line: of }) => {
    const y = top + 8 + legendLine * of;
    return `<rect x="${at.toFixed(1)}" y="${y - 1}" width="8" height="8" fill="${colour}"/>${words(label, at + 11, y + 7, { size: 10, colour: muted })}`;
  });
  return { top, entries };
}
