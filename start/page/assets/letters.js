import { element, make, setText } from "./elements.js";
import { clock, number } from "./words.js";

/** @import { DeadLetter } from "../messages" */

const list = element("letters");
const allIsWell = element("letters-none").textContent;
/** What is shown, by queue and id: an opened message stays open. @type {Map<string, HTMLElement>} */
const shown = new Map();

/** @param {readonly DeadLetter[]} letters @param {number} dead How many there are, shown or not */
export function showLetters(letters, dead) {
  setText(element("letters-count"), number(dead));
  const words = letters.length > 0 ? "None yet: what is rejected is tried again first." : allIsWell;
  setText(element("letters-none"), words);
  element("letters-none").hidden = dead > 0;
  const more = dead - letters.filter(({ isDead }) => isDead).length;
  setText(element("letters-more"), more > 0 ? `and ${number(more)} more` : "");

  const now = new Map(letters.map((letter) => [`${letter.queue} ${letter.id}`, letter]));
  for (const [key, item] of shown) {
    if (now.has(key)) continue;
    item.remove();
    shown.delete(key);
  }
  for (const [key, letter] of now) {
    if (shown.has(key)) continue;
    const item = itemOf(letter);
    shown.set(key, item);
    list.append(item);
  }
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
    make("span", "quiet", `(${where}, sent ${clock(sentAt)})`),
    make("details", "", make("summary", "", "The message"), json),
  );
}
