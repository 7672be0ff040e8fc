import { element, seconds, setText } from "./elements.js";

/** @import { Counts, Pipeline } from "../messages" */

const counts = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"));
/** What flows on from a station when this count rises. */
const flowing = ["objectEvents", "stored", "published", "emitterInvocations"];

/** @param {Counts} now @param {Pipeline} pipeline */
export function showStations(now, { heartbeatAge }) {
  for (const cell of counts) {
    const name = /** @type {keyof Counts} */ (cell.dataset["count"]);
    const text = now[name].toLocaleString("en");
    const station = /** @type {HTMLElement} */ (cell.closest("li"));
    if (flowing.includes(name)) station.classList.toggle("flows", text !== cell.textContent);
    setText(cell, text);
  }
  const age = heartbeatAge === null ? "none yet" : `${seconds(heartbeatAge)} ago`;
  setText(element("heartbeat"), age);
}
