// EDP's four panes, for the last five minutes: a point a second, and the sums as text.
import uPlot from "./uplot.js";
import { element, make, setText } from "./elements.js";
import { number } from "./words.js";

/** @import { Counts } from "../messages" */
/** @typedef {{ label: string, of: (now: Counts, before: Counts) => number | null, scale?: string, dash?: number[] }} Line */

const length = 300;
const height = 96;

/** What is new since the look before. @param {keyof Counts} count @returns {(now: Counts, before: Counts) => number} */
const rise = (count) => (now, before) => now[count] - before[count];

/** @param {"ingest" | "emitter"} lambda @returns {Line[]} */
const lambdaLines = (lambda) => [
  { label: "errors", of: rise(`${lambda}Errors`) },
  {
    label: "success rate",
    scale: "%",
    of: (now, before) => {
      const invocations = rise(`${lambda}Invocations`)(now, before);
      const errors = rise(`${lambda}Errors`)(now, before);
      if (invocations === 0 && errors === 0) return null;
      return 100 - (100 * errors) / Math.max(errors, invocations);
    },
  },
];

/** @typedef {{ title: string, lines: Line[] }} Pane */
/** @type {Pane[]} */
const panes = [
  { title: "EDP event bus topic", lines: [{ label: "messages published", of: rise("published") }] },
  {
    title: "S3 EventBridge rule",
    lines: [
      // As many as TriggeredRules, as a rule: dashed, so that both are seen.
      { label: "Invocations", of: rise("invocations"), dash: [5, 5] },
      { label: "TriggeredRules", of: rise("objectEvents") },
      { label: "FailedInvocations", of: rise("failedInvocations") },
    ],
  },
  { title: "Store in DB lambda", lines: lambdaLines("ingest") },
  { title: "Emit event lambda", lines: lambdaLines("emitter") },
];

/** @type {Counts[]} */
let history = [];
/** @type {{ pane: Pane, plot: uPlot, figure: HTMLElement, sums: HTMLElement[] }[]} */
let drawn = [];

/** @param {readonly Counts[]} counts */
export function showHistory(counts) {
  history = counts.slice(-length);
  draw();
}

/** @param {Counts} counts */
export function addPoint(counts) {
  history.push(counts);
  if (history.length > length) history.shift();
  for (const { pane, plot, sums } of drawn) {
    plot.setData(dataOf(pane));
    showSums(pane, sums);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
new ResizeObserver(() => {
  for (const { plot, figure } of drawn) {
    if (figure.clientWidth !== plot.width) plot.setSize({ width: figure.clientWidth, height });
  }
}).observe(element("panes"));

function draw() {
  for (const { plot } of drawn) plot.destroy();
  const figures = panes.map((pane) => {
    const sums = pane.lines.map(() => make("dd", ""));
    const legend = pane.lines.map(({ label, dash }, i) => {
      const entry = make(
        "div",
        dash ? "dashed" : "",
        make("dt", "", label),
        /** @type {Node} */ (sums[i]),
      );
      entry.style.setProperty("--series", `var(--series-${i + 1})`);
      return entry;
    });
    const caption = make("figcaption", "", make("h3", "", pane.title), make("dl", "", ...legend));
    showSums(pane, sums);
    return { pane, figure: make("figure", "", caption), sums };
  });
  // In the page first: a chart is as wide as its place.
  element("panes").replaceChildren(...figures.map(({ figure }) => figure));
  drawn = figures.map(({ pane, figure, sums }) => {
    const plot = new uPlot(optionsOf(pane, figure.clientWidth), dataOf(pane), figure);
    return { pane, figure, sums, plot };
  });
}

/** Of all five minutes; a rate is one of them all, and not a sum. @param {Pane} pane @param {HTMLElement[]} sums */
function showSums({ lines }, sums) {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last) return;
  lines.forEach(({ of, scale }, i) => {
    const value = of(last, first);
    const words = value === null ? "–" : number(Math.floor(value));
    setText(
      /** @type {HTMLElement} */ (sums[i]),
      value !== null && scale === "%" ? `${words} %` : words,
    );
  });
}

/** 1, 2, 5, 10, 20 and so on: what is counted is whole. */
const wholeSteps = Array.from({ length: 10 }, (_, power) => power).flatMap((power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
);

/** Beside the axis there is room for four characters. @param {number} value */
function short(value) {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}

/** The last is drawn on top. @param {Pane} pane */
const inOrderOfDrawing = ({ lines }) =>
  lines.map((line, i) => ({ line, colour: `--series-${i + 1}` })).reverse();

/** @param {Pane} pane @returns {uPlot.AlignedData} */
function dataOf(pane) {
  /** @type {[now: Counts, before: Counts][]} */
  const looks = [];
  history.reduce((before, now) => {
    if (now !== before) looks.push([now, before]);
    return now;
  }, /** @type {Counts} */ (history[0]));
  return [
    looks.map(([now]) => now.at / 1000),
    ...inOrderOfDrawing(pane).map(({ line }) => looks.map(([now, before]) => line.of(now, before))),
  ];
}

/** @param {Pane} pane @param {number} width @returns {uPlot.Options} */
function optionsOf(pane, width) {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  /** @type {uPlot.Axis} */
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--grid"), width: 1 } };
  /** @type {uPlot.Axis} */
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot has types of it alone
  const rate = { ...axis, scale: "%", side: 1, size: 42, grid: { show: false } };
  const hasRate = pane.lines.some(({ scale }) => scale === "%");
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, _first, last) => [last - length, last] },
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] },
      "%": { range: [0, 105] },
    },
    axes: [
      { ...axis, space: 45, size: 28, values: "{HH}:{mm}" },
      {
        ...axis,
        size: 42,
        space: 24,
        incrs: wholeSteps,
        values: (_plot, ticks) => ticks.map(short),
      },
      ...(hasRate ? [rate] : []),
    ],
    series: [
      {},
      ...inOrderOfDrawing(pane).map(({ line: { label, scale = "y", dash }, colour: name }) => ({
        label,
        scale,
        spanGaps: true,
        width: 2,
        ...(dash && { dash }),
        stroke: colour(name),
        points: { show: scale === "%", fill: colour("--card") },
      })),
    ],
  };
}
