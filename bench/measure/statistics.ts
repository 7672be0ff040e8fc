/** Figures of several runs, in the order of the runs. */
export type Runs = readonly number[];

/** The value below which the share `p` (0 to 1) of the values lies, between two values by distance. */
export function quantile(values: Runs, p: number): number {
  if (values.length === 0) throw new Error("no values to take a quantile of");
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: Runs): number {
  return quantile(values, 0.5);
}

/** Run by run: what both had in common in a round (a checkpoint, a busy disk) cancels out. */
export function ratios(of: Runs, to: Runs): number[] {
  if (of.length !== to.length) throw new Error(`${of.length} runs against ${to.length}`);
  return of.map((value, i) => value / to[i]!);
}

/** The slowest of `parts` equal parts of a course of events, in events per second. */
export function slowestRate(atSeconds: Runs, parts: number): number {
  const size = Math.floor(atSeconds.length / parts);
  const rates = Array.from({ length: parts }, (_, part) => {
    const from = part === 0 ? 0 : atSeconds[part * size - 1]!;
    return size / (atSeconds[(part + 1) * size - 1]! - from);
  });
  return Math.min(...rates);
}
