import type { Rule } from "../../local/events/bus";
import type { LocalStack } from "../../local/stack";
import type { Output } from "../terminal";
import { readRecordedEvents } from "./read";
import { Tally } from "./tally";

export interface ReplayOptions {
  /** `-`: standard input. */
  readonly file: string;
  readonly bucket: string;
  /** As if every event were of now. */
  readonly now: boolean;
  /** The rule that picks the bucket's object events. */
  readonly rule: Rule;
  /** Of the ledger. */
  readonly retentionDays: number;
}

/**
 * Puts recorded events on the default bus, and says what became of them: how many the rule took, and
 * how to have those that it did not. Resolves with the number of those that it took.
 */
export async function replay(
  stack: Pick<LocalStack, "put">,
  { file, bucket, now, rule, retentionDays }: ReplayOptions,
  output: Output,
): Promise<number> {
  const tally = new Tally(bucket, retentionDays);
  const name = file === "-" ? "standard input" : file;
  const events = await readRecordedEvents(
    file,
    (event) => {
      const { triggered } = rule.counts;
      const put = stack.put(now ? { ...event, time: new Date().toISOString() } : event);
      tally.add(put, rule.counts.triggered > triggered);
    },
    (line, problem) => output.problem(`${name}, line ${line} ${problem}: skipped`),
  );
  const of = tally.taken === events ? "" : `; the rule took ${tally.taken}`;
  output.line(`  ${events} recorded event${events === 1 ? " was" : "s were"} put on the bus${of}`);
  if (events === 0) output.warning(`${name} has no events`);
  for (const line of tally.lines()) output.warning(`  ${line}`);
  return tally.taken;
}
