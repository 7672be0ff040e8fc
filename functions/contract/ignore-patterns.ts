/**
 * Ignore patterns as EDP writes them: `raw/*, scratch/*`, separated by commas or lines, or as a list in
 * JSON. `*` matches any run of characters, also `/`; a pattern without `*` is a whole segment path: `raw`
 * and `raw/` mean `raw/*`.
 */
export interface IgnorePatterns {
  /** Whether an object event of this key is not counted. */
  ignores(key: string): boolean;
  /**
   * The patterns with a single `*` at their end, without it: what an EventBridge rule can leave out
   * cheaply. The others would make AWS refuse the rule as too complex, or leave out more than they say;
   * only ingest applies them.
   */
  readonly rulePrefixes: readonly string[];
}

/**
 * Where Quilt writes the packages that a consumer pushes into the same bucket: counting those object
 * events would announce the package of an announcement, in a loop.
 */
export const alwaysIgnored = ".quilt/*";

/**
 * EventBridge compares values with their quotes, so that the prefix `a"` would leave out the key `a` as
 * well; and half a surrogate pair is a `?` to it. Tried with its matcher, event-ruler 2.1.0.
 */
const isUnfitForRule = /"$|\p{Cs}/u;

/** Parses the list; blanks around a pattern and empty items are dropped. Never throws. */
export function parseIgnorePatterns(list: string): IgnorePatterns {
  const patterns = [...new Set([alwaysIgnored, ...listedPatterns(list).map(normalise)])];
  const prefixes = patterns.filter(isPrefix).map((pattern) => pattern.slice(0, -1));
  const others = patterns.filter((pattern) => !isPrefix(pattern)).map((p) => p.split("*"));
  return {
    ignores: (key) =>
      prefixes.some((prefix) => key.startsWith(prefix)) ||
      others.some((parts) => matchesParts(key, parts)),
    rulePrefixes: prefixes.filter((prefix) => !isUnfitForRule.test(prefix)),
  };
}

/** The patterns of a list as they are written, without blanks around them. */
export function listedPatterns(list: string): string[] {
  const patterns = jsonList(list) ?? list.split(/[,\r\n]/);
  return patterns.map((pattern) => pattern.trim()).filter(Boolean);
}

/** In JSON a pattern can have a comma. Of anything but a list of texts the characters are a pattern's. */
function jsonList(text: string): string[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    const isTexts = Array.isArray(list) && list.every((one) => typeof one === "string");
    return isTexts ? list : undefined;
  } catch {
    return undefined;
  }
}

function normalise(pattern: string): string {
  if (pattern.includes("*")) return pattern;
  return pattern.endsWith("/") ? `${pattern}*` : `${pattern}/*`;
}

function isPrefix(pattern: string): boolean {
  return pattern.indexOf("*") === pattern.length - 1;
}

/**
 * Whether `key` is the parts with anything between them. Greedy from the left, which is exact for
 * only `*` and needs no regular expression, whose backtracking a key could be made to blow up.
 */
function matchesParts(key: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (key.length < first.length + last.length) return false;
  if (!key.startsWith(first) || !key.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = key.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= key.length - last.length;
}
