import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import type { Measured } from "../cost/model";
import { costPage } from "../cost/page";
import { median } from "../measure/statistics";
import { chartOf } from "./chart";
import { pageOf } from "./markdown";
import type { Report } from "./report";

const docs = path.resolve(__dirname, "../../docs");
const notes = path.resolve(__dirname, "../notes.md");

/** Writes docs/performance.md with its chart, and docs/cost.md. Takes a report of all sections. */
export async function write(report: Report): Promise<void> {
  fs.mkdirSync(path.join(docs, "images"), { recursive: true });
  fs.writeFileSync(
    path.join(docs, "images", "performance.svg"),
    chartOf(report.sections.find(({ name }) => name === "ingest")!),
  );
  await writePage("performance.md", pageOf(report, fs.readFileSync(notes, "utf8")));
  await writePage("cost.md", costPage(measuredBy(report)));
}

async function writePage(name: string, text: string): Promise<void> {
  const file = path.join(docs, name);
  const options = await prettier.resolveConfig(file);
  fs.writeFileSync(file, await prettier.format(text, { ...options, parser: "markdown" }));
}

function measuredBy({ sections }: Report): Measured {
  const figures = new Map(
    sections.flatMap(({ figures }) => figures.map(({ id, runs }) => [id, median(runs)] as const)),
  );
  const get = (id: string) => {
    const value = figures.get(id);
    if (value === undefined) throw new Error(`the report has no figure ${id}`);
    return value;
  };
  return {
    eventsPerSecond: {
      1: get("handler-1"),
      10: get("handler-10"),
      100: get("handler-100"),
      1000: get("handler"),
    },
    bytesPerEvent: get("bytes-per-event"),
    bytesPerOverwrite: get("bytes-per-overwrite"),
    bytesPerPrefix: get("bytes-per-prefix"),
  };
}
