// npm run bench [-- SECTION... --quick --write]: what the product does, beside what one would use instead.
// npm run bench -- --rewrite: the pages once more, from the figures of the last whole run.
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { stopTestServer } from "../support/postgres";
import { describeMachine } from "./measure/machine";
import { prepareServer } from "./measure/server";
import type { Report, Section } from "./report/report";
import { headingOf, tableOf } from "./report/table";
import { write } from "./report/write";
import { emitter } from "./sections/emitter";
import { growth } from "./sections/growth";
import { ingest } from "./sections/ingest";
import { looks } from "./sections/looks";
import { lateness } from "./sections/lateness";
import { overwrites } from "./sections/overwrites";
import type { RunSection } from "./sections/section";
import { size } from "./sections/size";

const sections: Readonly<Record<string, RunSection>> = {
  ingest,
  emitter,
  looks,
  lateness,
  size,
  growth,
  overwrites,
};

const results = path.resolve(__dirname, "results.json");

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      rewrite: { type: "boolean", default: false },
    },
  });
  if (values.rewrite) {
    await write(JSON.parse(fs.readFileSync(results, "utf8")) as Report);
    return;
  }
  const names = positionals.length > 0 ? positionals : Object.keys(sections);
  const unknown = names.filter((name) => !(name in sections));
  if (unknown.length > 0) {
    throw new Error(
      `no section ${unknown.join(", ")}: there are ${Object.keys(sections).join(", ")}`,
    );
  }
  if (values.write && (values.quick || positionals.length > 0)) {
    throw new Error("--write takes a whole run: leave out --quick and the sections");
  }
  await prepareServer();
  const machine = await describeMachine(new Date());
  console.log(headingOf(machine, values.quick));
  const done: Section[] = [];
  for (const name of names) {
    const section = await sections[name]!({ quick: values.quick, log: progress(name) });
    console.log(tableOf(section));
    done.push(section);
  }
  const report: Report = { machine, quick: values.quick, sections: done };
  fs.writeFileSync(results, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nAll runs: ${path.relative(process.cwd(), results)}`);
  if (values.write) await write(report);
}

/** One line that changes, where somebody looks on. */
function progress(section: string): (text: string) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (text) => process.stderr.write(`\r\x1b[K${section}: ${text}\r`);
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = 1;
  })
  .finally(stopTestServer);
