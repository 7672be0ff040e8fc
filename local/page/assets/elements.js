/** The element of an id, which the page has. @param {string} id @returns {HTMLElement} */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} id @returns {HTMLInputElement} */
export function input(id) {
  return /** @type {HTMLInputElement} */ (element(id));
}

/**
 * A new element with text or children.
 * @param {string} tag @param {string} className @param {...(string | Node)} children
 */
export function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

/** Sets a text that may be there already. @param {Element} where @param {string} text */
export function setText(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

/** A time in words. @param {number} value seconds */
export function seconds(value) {
  const whole = Math.max(0, Math.round(value));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A prefix as people see it: the bucket's root has no name. @param {string} prefix */
export function named(prefix) {
  return prefix === "" ? "(the bucket’s root)" : visible(prefix);
}

/** Control characters, and those that turn the direction of writing, by their number. @param {string} text */
function visible(text) {
  return text.replace(
    /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (one) => `\\u{${one.charCodeAt(0).toString(16)}}`,
  );
}
