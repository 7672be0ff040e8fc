import { element, make, setText } from "./elements.js";

/** @import { DeadLetter } from "../messages" */
let before = "";

/** @param {readonly DeadLetter[]} letters */
export function showLetters(letters) {
  const now = JSON.stringify(letters.map(({ id, queue }) => [id, queue]));
  if (now === before) return;
  before = now;
  setText(element("letters-count"), String(letters.length));
  element("letters-none").hidden = letters.length > 0;
  element("letters").replaceChildren(...letters.map(itemOf));
}

/** @param {DeadLetter} letter */
function itemOf({ queue, isDead, reason, detail, sentAt, body }) {
  const where = isDead ? `in ${queue}` : `tried again, then a dead letter; still in ${queue}`;
  const json = make("pre", "", body);
  json.tabIndex = 0;
  return make(
    "li",
    "",
    make("span", "reason", reason),
    ` ${detail} `,
    make("span", "quiet", `(${where}, sent ${new Date(sentAt).toLocaleTimeString("en-GB")})`),
    make("details", "", make("summary", "", "The message"), json),
  );
}
