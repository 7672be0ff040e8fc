import type { Machine } from "../measure/machine";
import { median, quantile, type Runs } from "../measure/statistics";

/** What is to be reached, of the median. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the table. */
export interface Figure {
  /** Names the figure in the JSON, for ever; unique in its section. */
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly runs: Runs;
  readonly target?: Target;
}

export interface Section {
  readonly name: string;
  readonly title: string;
  /** What was done, in a sentence or two. */
  readonly how: string;
  readonly figures: readonly Figure[];
}

export interface Report {
  readonly machine: Machine;
  /** Fewer rounds and a smaller ledger: for a look, and for CI. */
  readonly quick: boolean;
  readonly sections: readonly Section[];
}

/** A figure as it is printed: median, and the quartiles around it. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
  /** Undefined when nothing is to be reached. */
  readonly reached: boolean | undefined;
}

export function summaryOf({ runs, target }: Figure): Summary {
  const middle = median(runs);
  return {
    median: middle,
    low: quantile(runs, 0.25),
    high: quantile(runs, 0.75),
    runs: runs.length,
    reached: target && ("atLeast" in target ? middle >= target.atLeast : middle <= target.atMost),
  };
}

/** Three digits that count, thousands apart. */
export function format(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = value >= 1000 ? Math.round(value) : Number(value.toFixed(digits));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: digits });
}

export function targetText({ target }: Figure): string {
  if (!target) return "";
  return "atLeast" in target ? `≥ ${format(target.atLeast)}` : `≤ ${format(target.atMost)}`;
}
