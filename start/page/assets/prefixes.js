// The open prefixes. Ten thousand are kept; those that close soonest are shown, the newest first, so
// that each stays where it is until it closes.
import { element, input, make, setText } from "./elements.js";
import * as batches from "./open-batches.js";
import { drawTimeline, newTimeline } from "./timeline.js";
import { bytes, named, number, seconds, several } from "./words.js";

/** @import { Arrived, OpenPrefix, Thresholds } from "../messages" */
/** @typedef {{ row: OpenPrefix, at: number, isHeld: boolean, isClosed: boolean }} Shown */

const maxShown = 200;
const betweenMs = 500;
const list = element("prefixes");
const filter = input("filter");

/** By id. @type {Map<string, HTMLElement>} */
const lines = new Map();
/** @type {Thresholds} */
let told = {};
let speed = 1;
let behind = false;
/** Of the stack's clock to this one's. */
let offsetMs = 0;
/** When the stack was last heard of, once it is not heard of any more. @type {number | undefined} */
let endedAt;
let shownAt = 0;

/** @param {{ thresholds?: Thresholds, rows?: readonly OpenPrefix[], speed?: number }} what */
export function setPrefixes(what) {
  if (what.rows) batches.setOpen(what.rows);
  speed = what.speed ?? speed;
  told = what.thresholds ?? told;
  show();
}

/** @param {{ now: number, changed: readonly OpenPrefix[], gone: readonly string[], behind: boolean, isDatabaseAway: boolean }} news */
export function updatePrefixes(news) {
  offsetMs = news.now - Date.now();
  behind = news.behind;
  if (!news.isDatabaseAway) batches.updateOpen(news.changed, news.gone);
  show();
}

/** Takes the batch of an announcement off the list; returns where it was. @param {Arrived["event"]} event */
export function leavePrefixes(event) {
  const id = batches.endBatch(event);
  const line = id === undefined ? undefined : lines.get(id);
  const place = line?.getBoundingClientRect();
  const box = list.parentElement?.getBoundingClientRect();
  line?.remove();
  if (id !== undefined) lines.delete(id);
  const isSeen = place && box && place.bottom > box.top && place.top < box.bottom;
  return isSeen ? place : undefined;
}

/** Time stands still while the stack is not heard of. @param {boolean} isEnded */
export function pausePrefixes(isEnded) {
  endedAt = isEnded ? (endedAt ?? Date.now()) : undefined;
}

filter.addEventListener("input", show);
// The countdowns go on between the news.
setInterval(() => {
  if (performance.now() - shownAt >= betweenMs) show();
}, betweenMs);

function show() {
  shownAt = performance.now();
  const now = (endedAt ?? Date.now()) + offsetMs;
  const thresholds = batches.readThresholds(told, speed);
  const wanted = filter.value;
  /** @param {boolean} isClosed @returns {(row: OpenPrefix) => Shown} */
  const asShown = (isClosed) => (row) => ({
    row,
    ...batches.closing(row, thresholds, behind),
    isClosed,
  });
  /** @param {OpenPrefix} row */
  const isWanted = (row) => row[1].includes(wanted);
  const found = batches.listOpen().filter(isWanted).map(asShown(false));
  const shown = found
    .sort((a, b) => a.at - b.at || (a.row[1] < b.row[1] ? -1 : 1))
    .slice(0, maxShown);
  const closed = batches.listClosed().filter(isWanted).slice(-maxShown).map(asShown(true));
  draw([...shown, ...closed].sort(newestFirst), thresholds.count, now);
  setText(element("prefixes-count"), number(batches.countOpen()));
  setText(element("prefixes-none"), noneOf(shown.length + closed.length, wanted));
  element("prefixes-none").hidden = shown.length + closed.length > 0;
  setText(element("prefixes-more"), moreOf(shown.length, found.length));
}

/** @param {Shown} a @param {Shown} b */
function newestFirst({ row: a }, { row: b }) {
  return b[5] - a[5] || (a[1] < b[1] ? -1 : 1);
}

/** @param {Shown[]} shown @param {number} count @param {number} now */
function draw(shown, count, now) {
  const ids = new Set(shown.map(({ row: [id] }) => id));
  // Under load all of them are others every second: a line is made once, and stays where it is.
  const spare = [...lines].filter(([id]) => !ids.has(id));
  for (const [id] of spare) lines.delete(id);
  let next = list.firstElementChild;
  for (const one of shown) {
    const [id] = one.row;
    const line = lines.get(id) ?? spare.shift()?.[1] ?? newLine();
    lines.set(id, line);
    if (line === next) next = next.nextElementSibling;
    else list.insertBefore(line, next);
    fill(line, one, count, now);
  }
  for (const [, line] of spare) line.remove();
}

function newLine() {
  const progress = document.createElement("progress");
  const count = make("span", "count", progress, make("span", ""), make("span", "quiet"));
  return make("li", "", make("span", "prefix"), make("span", "closes"), count, newTimeline());
}

/** @param {HTMLElement} line @param {Shown} one @param {number} most @param {number} now */
function fill(line, { row, at, isHeld, isClosed }, most, now) {
  const [, prefix, files, events, size, firstMs, , stretchMs, arrivals] = row;
  const [name, closes, count, timeline] =
    /** @type {[HTMLElement, Element, Element, SVGElement]} */ (
      /** @type {unknown} */ ([...line.children])
    );
  const [progress, text, more] = /** @type {[HTMLProgressElement, Element, Element]} */ ([
    ...count.children,
  ]);
  setText(name, named(prefix));
  name.title = named(prefix);
  progress.max = most;
  progress.value = Math.min(events, most);
  progress.setAttribute("aria-label", `${number(events)} of ${number(most)} object events`);
  setText(text, `${number(events)} of ${number(most)}`);
  setText(more, `${several(files, "file")}, ${bytes(size)}`);
  setText(closes, isClosed ? "closed, being announced" : closingWords((at - now) / 1000, isHeld));
  line.classList.toggle("held", isHeld && !isClosed);
  line.classList.toggle("closed", isClosed);
  drawTimeline(timeline, { firstMs, endMs: at, now, stretchMs, arrivals });
}

/** @param {number} left seconds @param {boolean} isHeld */
function closingWords(left, isHeld) {
  if (isHeld) return left > 0 ? `held (quiet in ${seconds(left)})` : "held";
  return left > 0 ? `closes in ${seconds(left)}` : "closes now";
}

/** @param {number} shown @param {string} wanted */
function noneOf(shown, wanted) {
  if (shown > 0) return "";
  if (batches.countOpen() > 0 && wanted !== "") return `None of them contains “${wanted}”.`;
  return "None: nothing is waiting. Upload something.";
}

/** @param {number} shown @param {number} found */
function moreOf(shown, found) {
  if (found <= shown) return "";
  return `${number(shown)} of ${number(found)} shown, those that close soonest: filter to see the others`;
}
