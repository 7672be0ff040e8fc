import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import { chartOf } from "./chart";
import { pageOf } from "./markdown";
import type { Report } from "./report";

const docs = path.resolve(__dirname, "../../docs");

/** Writes docs/performance.md and its chart. */
export async function write(report: Report): Promise<void> {
  const ingest = report.sections.find(({ name }) => name === "ingest");
  if (!ingest) throw new Error("the page needs the section ingest");
  fs.mkdirSync(path.join(docs, "images"), { recursive: true });
  fs.writeFileSync(path.join(docs, "images", "performance.svg"), chartOf(ingest));
  const page = path.join(docs, "performance.md");
  const options = await prettier.resolveConfig(page);
  const text = await prettier.format(pageOf(report), { ...options, parser: "markdown" });
  fs.writeFileSync(page, text);
}
