// What to type to have on AWS what was changed here.
import { element } from "./elements.js";

const lines = element("config-lines");
const copy = element("config-copy");
/** By key: what was sent last, empty for none. @type {Map<string, string>} */
const kept = new Map();

/** @param {ReadonlyMap<string, string>} changed */
export function keepConfigLines(changed) {
  for (const [key, value] of changed) kept.set(key, value.trim());
  lines.textContent = [...kept]
    .map(([key, value]) =>
      value === "" ? `pulumi config rm ${key}` : `pulumi config set ${key} ${value}`,
    )
    .join("\n");
  copy.textContent = "Copy";
  element("config").hidden = false;
}

copy.addEventListener("click", () => {
  navigator.clipboard.writeText(lines.textContent).then(
    () => (copy.textContent = "Copied"),
    () => {
      // The browser does not let it: selected, they are a key away.
      getSelection()?.selectAllChildren(lines);
      copy.textContent = "Selected: copy them by the keyboard";
    },
  );
});
