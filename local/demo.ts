import * as fs from "node:fs";
import * as path from "node:path";

/** What the demo's upload will be announced as, at the least. */
export interface Demo {
  readonly files: number;
  /** Prefixes that must be announced, under any depth of one or more. */
  readonly prefixes: readonly string[];
}

/**
 * Writes a run folder of 24 files in two prefixes into the bucket folder: 20 reads, which reach the
 * default count, and 4 reports, which do not, and are announced when they have gone quiet.
 */
export function playDemo(bucketDir: string, now = new Date()): Demo {
  const run = `run-${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}`;
  const write = (folder: string, name: string, text: string) => {
    const file = path.join(bucketDir, run, folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };
  for (let lane = 1; lane <= 20; lane++) {
    const name = `sample_L${String(lane).padStart(3, "0")}.fastq`;
    write(
      "reads",
      name,
      `@${run}:${lane}\nGATTACA${"ACGT".repeat(lane)}\n+\n${"F".repeat(7 + 4 * lane)}\n`,
    );
  }
  for (const name of ["summary.csv", "quality.csv", "plate map.csv", "run notes.txt"]) {
    write("reports", name, `${run},${name}\n`);
  }
  return { files: 24, prefixes: [`${run}/reads/`, `${run}/reports/`] };
}
