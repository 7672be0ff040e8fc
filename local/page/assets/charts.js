// EDP's four panes, for the last five minutes: a point a second.
import uPlot from "./uplot.js";
import { element, make } from "./elements.js";

/** @import { Counts } from "../messages" */
/** @typedef {{ label: string, of: (now: Counts, before: Counts) => number | null, scale?: string }} Line */

const length = 300;
const height = 150;

/** What is new since the look before. @param {keyof Counts} count @returns {(now: Counts, before: Counts) => number} */
const rise = (count) => (now, before) => now[count] - before[count];

/** @param {"ingest" | "emitter"} lambda @returns {Line[]} */
const lambdaLines = (lambda) => [
  { label: "errors", of: rise(`${lambda}Errors`) },
  {
    label: "success rate (%)",
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
      { label: "Invocations", of: rise("invocations") },
      { label: "TriggeredRules", of: rise("objectEvents") },
      { label: "FailedInvocations", of: rise("failedInvocations") },
    ],
  },
  { title: "Store in DB lambda", lines: lambdaLines("ingest") },
  { title: "Emit event lambda", lines: lambdaLines("emitter") },
];

/** @type {Counts[]} */
let history = [];
/** @type {{ pane: Pane, plot: uPlot, figure: HTMLElement }[]} */
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
  for (const { pane, plot } of drawn) plot.setData(dataOf(pane));
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
    const figure = make("figure", "", make("figcaption", "", make("h3", "", pane.title)));
    figure.setAttribute("aria-label", `${pane.title}, a chart`);
    return { pane, figure };
  });
  // In the page first: a chart is as wide as its place.
  element("panes").replaceChildren(...figures.map(({ figure }) => figure));
  drawn = figures.map(({ pane, figure }) => {
    const plot = new uPlot(optionsOf(pane, figure.clientWidth), dataOf(pane), figure);
    return { pane, figure, plot };
  });
}

/** @param {Pane} pane @returns {uPlot.AlignedData} */
function dataOf({ lines }) {
  /** @type {[now: Counts, before: Counts][]} */
  const looks = [];
  history.reduce((before, now) => {
    if (now !== before) looks.push([now, before]);
    return now;
  }, /** @type {Counts} */ (history[0]));
  return [
    looks.map(([now]) => now.at / 1000),
    ...lines.map(({ of }) => looks.map(([now, before]) => of(now, before))),
  ];
}

/** @param {Pane} pane @param {number} width @returns {uPlot.Options} */
function optionsOf({ lines }, width) {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  /** @type {uPlot.Axis} */
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--grid"), width: 1 } };
  /** @type {uPlot.Axis} */
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot has types of it alone
  const rate = { ...axis, scale: "%", side: 1, size: 42, grid: { show: false } };
  const hasRate = lines.some(({ scale }) => scale === "%");
  return {
    ...{ width, height },
    legend: { live: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, _first, last) => [last - length, last] },
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] },
      "%": { range: [0, 105] },
    },
    axes: [
      { ...axis, space: 70, values: "{HH}:{mm}:{ss}" },
      { ...axis, size: 42, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      ...(hasRate ? [rate] : []),
    ],
    series: [
      {},
      ...lines.map(({ label, scale = "y" }, i) => ({
        ...{ label, scale, spanGaps: true, width: 2 },
        stroke: colour(`--series-${i + 1}`),
        points: { show: scale === "%" },
      })),
    ],
  };
}
