/**
 * Ignore patterns as EDP writes them: `raw/*, scratch/*`, separated by commas. `*` matches any run of
 * characters, also `/`; a pattern without `*` is a whole segment path: `raw` and `raw/` mean `raw/*`.
 */
export interface IgnorePatterns {
  /** Whether an object event of this key is not counted. */
  ignores(key: string): boolean;
  /**
   * The patterns with a single `*` at their end, without it: what an EventBridge rule can leave out
   * cheaply. The others would make AWS refuse the rule as too complex; ingest alone applies them.
   */
  readonly rulePrefixes: readonly string[];
}

/**
 * Where Quilt writes the packages that a consumer pushes into the same bucket: counting those object
 * events would announce the package of an announcement, in a loop.
 */
export const alwaysIgnored = ".quilt/*";

/** Parses the list; blanks around a pattern and empty items are dropped. Never throws. */
export function parseIgnorePatterns(list: string): IgnorePatterns {
  const patterns = [...new Set([alwaysIgnored, ...list.split(",").map(normalise)])].filter(Boolean);
  const prefixes = patterns.filter(isPrefix).map((pattern) => pattern.slice(0, -1));
  const others = patterns.filter((pattern) => !isPrefix(pattern)).map((p) => p.split("*"));
  return {
    ignores: (key) =>
      prefixes.some((prefix) => key.startsWith(prefix)) ||
      others.some((parts) => matchesParts(key, parts)),
    rulePrefixes: prefixes,
  };
}

function normalise(pattern: string): string {
  const trimmed = pattern.trim();
  if (trimmed === "" || trimmed.includes("*")) return trimmed;
  return trimmed.endsWith("/") ? `${trimmed}*` : `${trimmed}/*`;
}

function isPrefix(pattern: string): boolean {
  return pattern.indexOf("*") === pattern.length - 1;
}

/**
 * Whether `key` is the parts with anything between them. Greedy from the left, which is exact for
 * `*` alone and needs no regular expression, whose backtracking a key could be made to blow up.
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
