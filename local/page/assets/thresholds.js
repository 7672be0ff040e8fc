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
  for (const name of names) {
    const field = input(name);
    const isUntouched = field.value === (current[name] ?? "");
    if (isUntouched) field.value = thresholds[name] ?? "";
  }
  current = thresholds;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void change();
});

async function change() {
  const wanted = Object.fromEntries(names.map((name) => [name, input(name).value.trim()]));
  say("Changing…", false);
  try {
    const response = await fetch("/thresholds", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
    const words = await response.text();
    if (!response.ok) say(words, true);
    else say("Changed. To keep it: pulumi config set.", false);
  } catch (error) {
    say(`Not changed: ${String(error)}`, true);
  }
}

/** @param {string} words @param {boolean} isProblem */
function say(words, isProblem) {
  result.textContent = words;
  result.classList.toggle("problem", isProblem);
}
