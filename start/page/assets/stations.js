import "./about.js"; // has some of the counts
import { element, setText } from "./elements.js";
import { number, seconds } from "./words.js";

/** @import { Counts, Pipeline } from "../messages" */

const cells = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"));
const stations = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-flow]"));
/** @type {Counts | undefined} */
let before;

/** @param {Counts} now @param {Pipeline} pipeline */
export function showStations(now, { heartbeatAge }) {
  for (const cell of cells) {
    const value = now[countOf(cell, "count")];
    setText(cell, number(value));
    cell.parentElement?.classList.toggle("zero", value === 0);
  }
  for (const station of stations) {
    const flow = countOf(station, "flow");
    station.classList.remove("flows");
    if (!before || now[flow] <= before[flow]) continue;
    station.getBoundingClientRect(); // laid out without the class, so that its animation begins again
    station.classList.add("flows");
  }
  before = now;
  const age = heartbeatAge === null ? "none yet" : `${seconds(heartbeatAge)} ago`;
  setText(element("heartbeat"), age);
}

/** @param {HTMLElement} where @param {"count" | "flow"} what @returns {keyof Counts} */
function countOf(where, what) {
  return /** @type {keyof Counts} */ (where.dataset[what]);
}
