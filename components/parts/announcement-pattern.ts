import { announcementDetailType, announcementSource } from "../../functions/contract";

/**
 * The event pattern of a bucket's announcements, of all or of those whose prefix matches: `*` stands
 * for any characters, a pattern without it is a whole folder, as in ignore patterns.
 */
export function announcementPattern(bucket: string, prefixPattern = "*") {
  const filter = prefixFilter(prefixPattern);
  return {
    source: [announcementSource],
    "detail-type": [announcementDetailType],
    detail: { bucket: [bucket], ...(filter === undefined ? {} : { prefix: [filter] }) },
  };
}

/**
 * EventBridge's wildcards: no two in a row, and a backslash is escaped
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html). A prefix
 * is cheaper than a wildcard, of which it allows few.
 */
function prefixFilter(pattern: string): { prefix: string } | { wildcard: string } | undefined {
  // Every prefix ends in a slash, but for the empty one: what ends in a name is a folder too.
  const folder =
    /[*/]$/.test(pattern) && pattern.includes("*") ? pattern : `${pattern.replace(/\/+$/, "")}/*`;
  const whole = folder.replace(/\*+/g, "*");
  if (whole === "*") return undefined;
  if (whole.indexOf("*") === whole.length - 1) return { prefix: whole.slice(0, -1) };
  return { wildcard: whole.replaceAll("\\", "\\\\") };
}
