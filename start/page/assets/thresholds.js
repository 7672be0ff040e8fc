import { keepConfigLines } from "./config-lines.js";
import { element, input } from "./elements.js";

/** @import { Thresholds, ThresholdKey } from "../messages" */

/** @type {ThresholdKey[]} */
const names = ["bucketThresholdEventCount", "bucketThresholdDuration", "bucketThresholdMaxAge"];
const form = element("thresholds");
const result = element("thresholds-result");
/** @type {Thresholds} */
let current = {};
/** What was typed and not sent yet. @type {Set<ThresholdKey>} */
const typed = new Set();

/** What is being typed stays. @param {Thresholds} thresholds */
export function showThresholds(thresholds) {
  current = thresholds;
  for (const name of names) {
    if (document.activeElement !== input(name)) fill(name);
    else if (input(name).value === valueOf(name)) setTyped(name, false);
  }
}

for (const name of names) {
  input(name).addEventListener("input", () => setTyped(name, input(name).value !== valueOf(name)));
  input(name).addEventListener("blur", () => fill(name));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void change();
});

/** Shows what acts, unless something else was typed. @param {ThresholdKey} name */
function fill(name) {
  if (!typed.has(name)) input(name).value = valueOf(name);
}

/** @param {ThresholdKey} name @param {boolean} isTyped */
function setTyped(name, isTyped) {
  if (isTyped) typed.add(name);
  else typed.delete(name);
  input(name).classList.toggle("dirty", isTyped);
}

/** @param {ThresholdKey} name */
function valueOf(name) {
  return current[name] ?? "";
}

async function change() {
  // Another page may have changed the others meanwhile.
  const sent = new Map([...typed].map((name) => [name, input(name).value]));
  if (sent.size === 0) {
    say("Nothing to change: these act already.", false);
    return;
  }
  say("Changing…", false);
  try {
    const wanted = [...sent].map(([name, value]) => [name, value.trim()]);
    const response = await fetch("/thresholds", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(wanted)),
    });
    const words = await response.text();
    if (!response.ok) {
      say(words, true);
      return;
    }
    for (const [name, value] of sent) {
      if (input(name).value !== value) continue; // typed on meanwhile
      setTyped(name, false);
      fill(name); // an empty field means the default, which the feed has told by now
    }
    keepConfigLines(sent);
    say("Changed.", false);
  } catch {
    say("Not changed: the stack does not answer.", true);
  }
}

/** @param {string} words @param {boolean} isProblem */
function say(words, isProblem) {
  result.textContent = words;
  result.classList.toggle("problem", isProblem);
}
