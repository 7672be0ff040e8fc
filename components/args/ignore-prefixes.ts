// Patterns as people write them elsewhere. As they stand, they would ignore nothing, in silence, or
// everything. What parses them is functions/contract/ignore-patterns.ts.
import { listedPatterns } from "../../functions/contract";

/** A pattern that is not what it looks like. */
interface Slip {
  readonly pattern: string;
  readonly why: string;
  /** What is probably meant; empty when it would ignore every key. */
  readonly meant: readonly string[];
}

/** What is wrong with the first such pattern of a list; undefined: none is. */
export function problemOfIgnorePrefixes(list: unknown): string | undefined {
  const slip = slipsOf(list)[0];
  if (slip === undefined) return undefined;
  const keep = textOf([...slip.meant, slip.pattern]);
  const both =
    slip.meant.length === 0 ? "" : ` (if it is what you mean, write both: ${show(keep)})`;
  return `of which ${show(slip.pattern)} ${slip.why}${both}`;
}

/** The list that is probably meant; undefined when nothing is left of it. */
export function meantIgnorePrefixes(list: unknown): string | undefined {
  const given = Array.isArray(list)
    ? list.filter((one) => typeof one === "string").join(",")
    : list;
  if (typeof given !== "string") return undefined;
  let text = given;
  // Each round mends one; a text cannot have more slips than characters.
  for (let slips = slipsOf(text); slips.length > 0; slips = slipsOf(text)) {
    const { pattern, meant } = slips[0]!;
    const rest = patternsOf(text).filter((one) => one !== pattern);
    text = textOf([...new Set([...rest, ...meant])]);
  }
  return text === "" ? undefined : text;
}

function slipsOf(list: unknown): Slip[] {
  if (typeof list !== "string") return [];
  const patterns = patternsOf(list);
  const isThere = (one: string) => patterns.some((other) => folder(other) === folder(one));
  return patterns.flatMap((pattern) => {
    if (ignoresEverything(pattern)) return [{ pattern, why: "ignores every key", meant: [] }];
    const slip = slips.flatMap((find) => find(pattern) ?? [])[0];
    if (slip === undefined) return [];
    const meant = slip.meant.filter((one) => one !== "" && !ignoresEverything(one));
    // Who writes both means both: keys can be so, after all.
    if (meant.length > 0 && meant.every(isThere)) return [];
    return [{ pattern, why: slip.why, meant }];
  });
}

/** As they are parsed; a list in quotes or brackets, and braces with commas, stay in one piece. */
function patternsOf(list: string): string[] {
  const whole = list.trim();
  const pieces = listedPatterns(list);
  const isInQuotes = /^(["'`])[^"'`]*,[^"'`]*\1$/.test(whole);
  const isInBrackets = /^\[.*,.*\]$/s.test(whole) && pieces[0]!.startsWith("[");
  if (isInQuotes || isInBrackets) return [whole];
  const opened = pieces.findIndex((one) => /\{[^{}]*$/.test(one));
  const closed = pieces.findIndex((one, index) => index > opened && /^[^{}]*\}/.test(one));
  if (opened === -1 || closed === -1) return pieces;
  const braces = pieces.slice(opened, closed + 1).join(",");
  return [...pieces.slice(0, opened), braces, ...pieces.slice(closed + 1)];
}

/** `**` in a path of stars is what other programs call everything. */
function ignoresEverything(pattern: string): boolean {
  return /^[*?]+$/.test(pattern) || /^(?=.*\*\*)[*/?]+$/.test(pattern);
}

type Find = (pattern: string) => Omit<Slip, "pattern"> | undefined;

const slips: readonly Find[] = [
  form(/^(["'`“‘])(.*)["'`”’]$/s, "has quotes around it, and so must have its keys", (match) =>
    listedPatterns(match[2]!),
  ),
  form(/^\[(.*,.*)\]$/s, "has brackets around it, but is no list in JSON", (match) =>
    listedPatterns(match[1]!),
  ),
  form(
    /^(?:s3[an]?:\/\/|https?:\/\/|arn:[a-z-]+:s3:::)[^/]*\/*(.*)$/i,
    "is an address, and no key begins with one",
    (match) => [match[1]!],
  ),
  form(
    /^\.?\/+(?=[^/*])(?:\.?\/+)*(.+)$/,
    'begins with a "/" or "./", as keys hardly do',
    (match) => [match[1]!],
  ),
  form(/^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/, "has braces, which stand for themselves", (match) =>
    match[2]!.split(",").map((one) => `${match[1]!}${one.trim()}${match[3]!}`),
  ),
  separated(/;/, (pattern) => !/[*/]/.test(pattern) || /;\s/.test(pattern)),
  separated(/\|/),
  separated(/\s+/),
  form(/\?/, 'has a "?", which stands for itself', ({ input }) => [input.replaceAll("?", "*")]),
];

function form(
  regex: RegExp,
  why: string,
  meant: (match: RegExpExecArray) => readonly string[],
): Find {
  return (pattern) => {
    const match = regex.exec(pattern);
    return match === null ? undefined : { why, meant: meant(match) };
  };
}

/** Several patterns with something else than commas between them: each looks like one by itself. */
function separated(separator: RegExp, isCertain: (pattern: string) => boolean = () => false): Find {
  return (pattern) => {
    const meant = pattern.split(separator).flatMap((one) => one.trim() || []);
    const looksSo = meant.every((one) => /\/\**$|^\*\./.test(one)) || isCertain(pattern);
    if (meant.length < 2 || !looksSo) return undefined;
    return { why: "is one pattern, because there is no comma in it", meant };
  };
}

/** `raw`, `raw/` and `raw/*` are the same. */
function folder(pattern: string): string {
  return pattern.replace(/\/\**$/, "");
}

function textOf(patterns: readonly string[]): string {
  return patterns.some((one) => one.includes(",")) && patterns.length > 1
    ? JSON.stringify(patterns)
    : patterns.join(", ");
}

function show(text: string): string {
  return JSON.stringify(text);
}
