import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { testDatabase } from "../../support/postgres";
import { sqsEvent } from "../contenders/ingest-handler";
import { batchesOf } from "../contenders/messages";
import { bundleFolder, bundles, environmentOf, type BundleName } from "../measure/container";
import { checkExact } from "../measure/exact";
import type { Figure, Section } from "../report/report";
import type { SectionOptions } from "./section";

const probe = path.join(__dirname, "probe.cjs");
/** Of a function with 512 MB, as `npm start` runs it: what is left is for the runtime. */
const heapLimit = "--max-old-space-size=460";
const kiB = 1024;
const miB = 1024 ** 2;
const invocations = 20;

/** What is deployed, how long it takes to load, and the memory it takes. */
export async function size({ quick, log }: SectionOptions): Promise<Section> {
  const runs = quick ? 3 : 15;
  const figures: Figure[] = [];
  for (const name of bundles) {
    log(name);
    const bytes = fs.statSync(path.join(bundleFolder(name), "index.js")).size;
    const imports = await importTimes(name, runs);
    figures.push(
      {
        id: `${name}-bytes`,
        label: `${name}, bundle`,
        unit: "KiB",
        runs: [bytes / kiB],
        target: { atMost: kiB },
      },
      {
        id: `${name}-import`,
        label: `${name}, import in a fresh process`,
        unit: "ms",
        runs: imports,
        target: { atMost: 150 },
      },
    );
  }
  log("memory");
  figures.push({
    id: "ingest-memory",
    label: "ingest, peak memory above an idle Node.js, 1,000 messages",
    unit: "MiB",
    runs: await memories(quick ? 1 : 5),
    target: { atMost: 128 },
  });
  return {
    name: "size",
    title: "what is deployed, and what it takes",
    how:
      `Bundles as built; fresh processes for each run; the memory is the peak of ${invocations} ` +
      "invocations of 1,000 messages.",
    figures,
  };
}

async function importTimes(name: BundleName, runs: number): Promise<number[]> {
  const environment = await environmentOf(name, {});
  const bundle = path.join(bundleFolder(name), "index.js");
  return Array.from({ length: runs }, () => run(environment, "import", bundle));
}

async function memories(runs: number): Promise<number[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-bench-"));
  const database = await testDatabase();
  const environment = await environmentOf("ingest", { database: database.name });
  await database.query(
    "update edp.pipeline set lease_owner = gen_random_uuid(), lease_until = now() + interval '1 day'",
  );
  const bundle = path.join(bundleFolder("ingest"), "index.js");
  try {
    const above: number[] = [];
    for (let i = 0; i < runs; i++) {
      const payloads = fs.mkdtempSync(path.join(folder, "payloads-"));
      const from = i * invocations * 1000;
      batchesOf({ prefixes: 500, batchSize: 1000, batches: invocations, from }).forEach(
        (bodies, number) =>
          fs.writeFileSync(path.join(payloads, `${number}.json`), JSON.stringify(sqsEvent(bodies))),
      );
      const idle = run(environment, "idle");
      above.push((run(environment, "peak", bundle, payloads) - idle) / miB);
    }
    await checkExact("the memory's object events", database, runs * invocations * 1000);
    return above;
  } finally {
    await database.drop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A number that a fresh process prints. */
function run(environment: Record<string, string>, ...args: string[]): number {
  const output = execFileSync(process.execPath, [heapLimit, probe, ...args], {
    env: environment,
    encoding: "utf8",
    maxBuffer: 64 * miB,
  });
  return Number(/^result (.*)$/m.exec(output)?.[1]);
}
