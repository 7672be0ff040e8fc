import { isDeferred } from "./show";

/** As a program in JavaScript, or the stack's config, can hold them. */
type Given = Readonly<Record<string, unknown>>;

/** Most tags of one resource. */
const maxTags = 50;
/** What awsx puts on the subnets of a new VPC, and on their route tables. */
const tagsOfSubnets = ["Name", "SubnetType"];

export const allowedTags =
  "texts by their keys: 50 at most, of letters, digits, blanks and + - = . _ : / @, keys of 1 to 128 and " +
  "values of up to 256 characters, none that begins with aws: or rds:, no two keys that differ only by case";

/**
 * Numbers and booleans count as the texts that they are written as: `pulumi config set --path` makes them.
 * Values that come later stay what they are.
 */
export function tagsAsTexts(tags: Given): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => {
      const text = isDeferred(value) ? (value as string) : textOf(value);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

/** What is wrong with tags; undefined: every service takes them. */
export function problemOfTags(tags: unknown): string | undefined {
  if (!isRecord(tags)) return "no tags by their keys";
  const entries = Object.entries(tags);
  if (entries.length > maxTags) return `${entries.length} tags`;
  const wrong = entries.flatMap(([key, value]) => problemOfTag(key, value) ?? [])[0];
  return wrong ?? sameButForCase(Object.keys(tags));
}

/** Those of the tags that can stay; undefined: none. */
export function tagsThatCanStay(tags: unknown): Record<string, string> | undefined {
  if (!isRecord(tags)) return undefined;
  const kept = new Map<string, [string, string]>();
  for (const [key, value] of Object.entries(tags)) {
    const same = key.toLowerCase();
    if (problemOfTag(key, value) === undefined && !kept.has(same) && kept.size < maxTags) {
      kept.set(same, [key, textOf(value)!]);
    }
  }
  return kept.size === 0 ? undefined : Object.fromEntries(kept.values());
}

/** How many tags more than a resource can have there are, with those that a new VPC's subnets get. */
export function tooManyForSubnets(tags: unknown): number {
  if (!isRecord(tags)) return 0;
  const all = new Set([...Object.keys(tags), ...tagsOfSubnets]);
  return Math.max(0, all.size - maxTags);
}

/**
 * What is allowed in all services (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html);
 * RDS keeps `rds:` for itself too (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Tag.html).
 */
function problemOfTag(key: string, value: unknown): string | undefined {
  const text = isDeferred(value) ? "" : textOf(value);
  if (text === undefined) return `the value of ${JSON.stringify(key)} is no text`;
  if (key === "") return "a key is empty";
  if (length(key) > 128) return `the key ${JSON.stringify(key)} has ${length(key)} characters`;
  if (length(text) > 256)
    return `the value of ${JSON.stringify(key)} has ${length(text)} characters`;
  for (const [what, one] of [
    [`the key ${JSON.stringify(key)}`, key],
    [`the value of ${JSON.stringify(key)}`, text],
  ] as const) {
    const reserved = /^(aws|rds):/i.exec(one)?.[0];
    if (reserved !== undefined) return `${what} begins with ${JSON.stringify(reserved)}`;
    const strange = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.exec(one)?.[0];
    if (strange !== undefined) return `${what} has ${JSON.stringify(strange)} in it`;
  }
  return undefined;
}

/** IAM, whose roles have these tags, takes two such keys for one that is there twice. */
function sameButForCase(keys: readonly string[]): string | undefined {
  const seen = new Map<string, string>();
  for (const key of keys) {
    const other = seen.get(key.toLowerCase());
    if (other !== undefined) {
      return `the keys ${JSON.stringify(other)} and ${JSON.stringify(key)} are one to IAM`;
    }
    seen.set(key.toLowerCase(), key);
  }
  return undefined;
}

/** A number that JavaScript may have rounded is none. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  const isExact =
    typeof value === "number" &&
    Number.isFinite(value) &&
    (Number.isSafeInteger(value) || !Number.isInteger(value));
  return isExact ? String(value) : undefined;
}

function length(text: string): number {
  return Array.from(text).length;
}

function isRecord(value: unknown): value is Given {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !isDeferred(value);
}
