import { element, input } from "./elements.js";

/** @import { Thresholds, ThresholdKey } from "../messages" */

/** @type {ThresholdKey[]} */
const names = ["bucketThresholdEventCount", "bucketThresholdDuration", "bucketThresholdMaxAge"];
const form = element("thresholds");
const result = element("thresholds-result");
/** @type {Thresholds} */
let current = {};

/** What is being typed stays. @param {Thresholds} thresholds */
export function showThresholds(thresholds) {
  const untouched = names.filter((name) => !isTouched(name));
  current = thresholds;
  fill(untouched);
}

/** @param {ThresholdKey[]} some */
function fill(some) {
  for (const name of some) input(name).value = current[name] ?? "";
}

/** @param {ThresholdKey} name */
function isTouched(name) {
  return input(name).value !== (current[name] ?? "");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void change();
});

async function change() {
  // Another page may have changed the others meanwhile.
  const touched = names.filter(isTouched);
  const wanted = Object.fromEntries(touched.map((name) => [name, input(name).value.trim()]));
  if (touched.length === 0) {
    say("Nothing to change: these act already.", false);
    return;
  }
  say("Changing…", false);
  try {
    const response = await fetch("/thresholds", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
    const words = await response.text();
    if (!response.ok) {
      say(words, true);
      return;
    }
    fill(touched); // an empty field means the default, which the feed has told by now
    say("Changed. To keep it: pulumi config set.", false);
  } catch {
    say("Not changed: the stack does not answer.", true);
  }
}

/** @param {string} words @param {boolean} isProblem */
function say(words, isProblem) {
  result.textContent = words;
  result.classList.toggle("problem", isProblem);
}
