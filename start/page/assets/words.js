// Numbers, times and names as people read them.

// Made once: a formatter takes longer to make than a page of numbers to write.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** @param {number} value */
export function number(value) {
  return whole.format(value);
}

/** "1 file", "2 files". @param {number} value @param {string} what */
export function several(value, what) {
  return `${number(value)} ${what}${value === 1 ? "" : "s"}`;
}

/** In the units of S3's console. @param {number} value */
export function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = Math.min(
    units.length - 1,
    Math.floor(Math.log(Math.max(1, value)) / Math.log(1024)),
  );
  const scaled = value / 1024 ** power;
  const format = power === 0 || scaled >= 100 ? whole : tenths;
  return `${format.format(scaled)} ${units[power] ?? ""}`;
}

/** A time in words. @param {number} value seconds */
export function seconds(value) {
  const all = Math.max(0, Math.round(value));
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
}

/** @param {number} ms */
export function clock(ms) {
  return new Date(ms).toLocaleTimeString("en-GB");
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
