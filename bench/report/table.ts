import type { Machine } from "../measure/machine";
import { format, summaryOf, targetText, type Figure, type Section } from "./report";

const width = 80;
const columns = { median: 9, unit: 8, spread: 15, target: 8 };
const labelWidth = width - Object.values(columns).reduce((sum, column) => sum + column, 0) - 2;

/** A section as text, 80 columns wide: median, quartiles, and what was to be reached. */
export function tableOf({ name, title, how, figures }: Section): string {
  const heading = `${name}: ${title}`;
  return [
    "",
    heading,
    "─".repeat(heading.length),
    ...wrap(how, width),
    "",
    ...figures.map(line),
  ].join("\n");
}

function line(figure: Figure): string {
  const { median, low, high, runs, reached } = summaryOf(figure);
  const [first = "", ...rest] = wrap(figure.label, labelWidth);
  const spread = runs === 1 ? "one run" : `${format(low)}–${format(high)}`;
  const mark = reached === undefined ? "" : reached ? " ✓" : " ✗";
  const cells = [
    first.padEnd(labelWidth),
    format(median).padStart(columns.median),
    ` ${figure.unit}`.padEnd(columns.unit),
    spread.padStart(columns.spread),
    targetText(figure).padStart(columns.target) + mark,
  ];
  return [cells.join("").trimEnd(), ...rest.map((part) => `  ${part}`)].join("\n");
}

function wrap(text: string, columnsWide: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columnsWide) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** Where and with what was measured: figures of two machines do not compare, their ratios may. */
export function headingOf(
  { date, cpu, cores, memoryGiB, node, postgres }: Machine,
  quick: boolean,
): string {
  const lines = [
    `${date}, ${cores} cores (${cpu}), ${memoryGiB} GiB, Node.js ${node}`,
    ...wrap(`PostgreSQL ${postgres}`, width),
    ...(quick ? ["--quick: few rounds and a small ledger; for a look"] : []),
  ];
  return lines.join("\n");
}
