// The open prefixes. Ten thousand are kept, a hundred are shown: those that close soonest.
import { element, input, make, named, seconds, setText } from "./elements.js";

/** @import { OpenPrefix, Thresholds } from "../messages" */

const mostShown = 100;
const body = element("prefixes");
const filter = input("filter");

/** @type {Map<string, OpenPrefix>} */
let rows = new Map();
/** @type {HTMLElement[]} */
const lines = [];
let thresholds = { count: 0, durationMs: 0, maxAgeMs: Infinity };
/** @type {Thresholds} */
let told = {};
let speed = 1;
let behind = false;
/** Of the stack's clock to this one's. */
let offsetMs = 0;

/** @param {{ thresholds?: Thresholds, rows?: readonly OpenPrefix[], speed?: number }} what */
export function setPrefixes(what) {
  if (what.rows) rows = new Map(what.rows.map((row) => [row[0], row]));
  speed = what.speed ?? speed;
  told = what.thresholds ?? told;
  thresholds = {
    count: Number(told.bucketThresholdEventCount),
    durationMs: (Number(told.bucketThresholdDuration) * 1000) / speed,
    maxAgeMs: (Number(told.bucketThresholdMaxAge ?? Infinity) * 1000) / speed,
  };
  show();
}

/** @param {{ now: number, changed: readonly OpenPrefix[], gone: readonly string[], behind: boolean }} news */
export function updatePrefixes(news) {
  offsetMs = news.now - Date.now();
  behind = news.behind;
  for (const id of news.gone) rows.delete(id);
  for (const row of news.changed) rows.set(row[0], row);
  show();
}

filter.addEventListener("input", show);
// The countdowns go on between the news.
setInterval(show, 500);

function show() {
  const now = Date.now() + offsetMs;
  const wanted = filter.value;
  const found = [...rows.values()]
    .filter(([, prefix]) => prefix.includes(wanted))
    .map((row) => ({ row, ...closing(row) }))
    .sort((a, b) => a.at - b.at || (a.row[1] < b.row[1] ? -1 : 1));
  const shown = found.slice(0, mostShown);
  while (lines.length < shown.length) lines.push(newLine());
  for (const line of lines.splice(shown.length)) line.remove();
  shown.forEach((one, i) => fill(/** @type {HTMLElement} */ (lines[i]), one, now));
  setText(element("prefixes-count"), rows.size.toLocaleString("en"));
  setText(element("prefixes-more"), moreOf(shown.length, found.length, wanted));
}

/** When a batch is due, and whether that may be held back. @param {OpenPrefix} row */
function closing([, , , , , firstMs, lastMs]) {
  const quietAt = lastMs + thresholds.durationMs;
  const oldAt = firstMs + thresholds.maxAgeMs;
  return { at: Math.min(quietAt, oldAt), isHeld: behind && quietAt < oldAt };
}

function newLine() {
  const progress = document.createElement("progress");
  const count = make("span", "");
  const line = make("tr", "", make("td", ""), make("td", "", progress, " ", count), make("td", ""));
  body.append(line);
  return line;
}

/** @param {HTMLElement} line @param {{ row: OpenPrefix, at: number, isHeld: boolean }} one @param {number} now */
function fill(line, { row: [, prefix, , events], at, isHeld }, now) {
  const [name, count, closes] = /** @type {[Element, Element, Element]} */ ([...line.children]);
  const [progress, text] = /** @type {[HTMLProgressElement, Element]} */ ([...count.children]);
  setText(name, named(prefix));
  progress.max = thresholds.count;
  progress.value = Math.min(events, thresholds.count);
  progress.setAttribute("aria-label", `${events} of ${thresholds.count} object events`);
  setText(text, `${events} of ${thresholds.count}`);
  const left = (at - now) / 1000;
  const when = left > 0 ? seconds(left) : "now";
  setText(closes, isHeld ? (left > 0 ? `held (quiet in ${seconds(left)})` : "held") : when);
  line.classList.toggle("held", isHeld);
}

/** @param {number} shown @param {number} found @param {string} wanted */
function moreOf(shown, found, wanted) {
  if (rows.size === 0) return "None: nothing is waiting.";
  if (found === 0) return `None of them contains “${wanted}”.`;
  return found > shown ? `and ${(found - shown).toLocaleString("en")} more that close later` : "";
}
