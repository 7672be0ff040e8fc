import { storableText, valueText } from "./outside-text";

/**
 * Why PutEvents did not take an entry, by its answer for this entry; undefined when it did. Only what
 * was taken gets an id: an answer without one, of whatever kind, proves nothing.
 */
export function refusalOf(answer: unknown): string | undefined {
  if (answer === undefined) return "no answer for this entry";
  const { EventId, ErrorCode, ErrorMessage } = (answer ?? {}) as Record<string, unknown>;
  if (ErrorCode !== undefined && ErrorCode !== null) {
    return storableText(`${wordsOf(ErrorCode)}: ${wordsOf(ErrorMessage ?? "")}`);
  }
  if (typeof EventId === "string" && EventId !== "") return undefined;
  return storableText(`neither EventId nor ErrorCode in the answer ${valueText(answer)}`);
}

function wordsOf(value: unknown): string {
  return typeof value === "string" ? value : valueText(value);
}
