import { storableText } from "../contract";
import type { Receipt } from "./receive";

/**
 * Lists are cut, and so are the names in them, whose characters may take six bytes each: CloudWatch takes
 * 256 KB of a line with metrics, and Logs Insights finds the first 200 fields of one. The emitter has a
 * line for every batch when it is published.
 */
const maxPrefixes = 50;
const maxClosed = 20;
const maxName = 500;

/** What a line of the log says of the prefixes of an invocation. */
export function loggedPrefixes({ prefixes, closed }: Pick<Receipt, "prefixes" | "closed">) {
  return {
    prefixNames: prefixes.slice(0, maxPrefixes).map(nameOf),
    closedBatches: closed
      .slice(0, maxClosed)
      .map((batch) => ({ ...batch, prefix: nameOf(batch.prefix) })),
  };
}

function nameOf(prefix: string): string {
  return storableText(prefix, maxName);
}
