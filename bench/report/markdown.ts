import { format, summaryOf, targetText, type Figure, type Report, type Section } from "./report";

/** `docs/performance.md`: what was measured, as a page; `notes` are its end. */
export function pageOf({ machine, sections }: Report, notes = ""): string {
  const { date, cpu, cores, memoryGiB, node, postgres } = machine;
  return [
    "# Performance",
    "<!-- Made by npm run bench -- --write. -->",
    "What the monitor does, beside what one would use instead and beside the limit; measured in one run. " +
      "The ratios hold elsewhere, the figures are of this machine:",
    `${date}: ${cores} cores (${cpu}), ${memoryGiB} GiB, Node.js ${node}, PostgreSQL ${postgres}.`,
    "```sh\nnpm run bench             # a quarter of an hour, all sections\nnpm run bench -- --quick  # less than three minutes\nnpm run bench -- ingest   # one section\n```",
    "![Object events per second, to commit](images/performance.svg)",
    "Medians; in the column beside them the quartiles, and how many runs there were. The counts are " +
      "checked at the end of every section: a bench that lost or doubled an object event fails.",
    ...sections.map(sectionOf),
    "## What was to be reached",
    targets(sections),
    notes,
  ].join("\n\n");
}

function sectionOf({ name, title, how, figures }: Section): string {
  const rows = figures.map((figure) => {
    const { median, low, high, runs } = summaryOf(figure);
    const spread = runs === 1 ? "" : `${format(low)} – ${format(high)}`;
    return `| ${figure.label} | ${withUnit(median, figure)} | ${spread} | ${runs} | ${verdict(figure)} |`;
  });
  return [
    `## ${name[0]!.toUpperCase()}${name.slice(1)}: ${title}`,
    how,
    ["| | median | quartiles | runs | to reach |", "| --- | --: | --: | --: | --- |", ...rows].join(
      "\n",
    ),
  ].join("\n\n");
}

function withUnit(value: number, { unit }: Figure): string {
  return unit === "" ? format(value) : `${format(value)} ${unit}`;
}

function verdict(figure: Figure): string {
  const { reached } = summaryOf(figure);
  if (reached === undefined) return "";
  return `${targetText(figure)}: ${reached ? "reached" : "**missed**"}`;
}

function targets(sections: readonly Section[]): string {
  const missed = sections
    .flatMap(({ figures }) => figures)
    .filter((figure) => summaryOf(figure).reached === false);
  if (missed.length === 0) return "Every figure that was to be reached is.";
  return `Missed: ${missed.map(({ label }) => label).join("; ")}.`;
}
