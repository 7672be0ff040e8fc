import * as fs from "node:fs";
import * as path from "node:path";

/** A small upload into the bucket's folder. */
export interface Demo {
  readonly files: readonly { readonly file: string; readonly text: string }[];
  /** The folders that its files are in, inner ones first. */
  readonly folders: readonly string[];
  /** Prefixes that must be announced, under any depth of one or more. */
  readonly prefixes: readonly string[];
}

/**
 * A run folder of 24 files in two prefixes: 20 reads, which reach the default count, and 4 reports, which
 * do not, and are announced when they have gone quiet.
 */
export function planDemo(bucketDir: string, now = new Date()): Demo {
  const run = `run-${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}`;
  const file = (folder: string, name: string, text: string) => ({
    file: path.join(bucketDir, run, folder, name),
    text,
  });
  const reads = Array.from({ length: 20 }, (_, i) => {
    const lane = i + 1;
    return file(
      "reads",
      `sample_L${String(lane).padStart(3, "0")}.fastq`,
      `@${run}:${lane}\nGATTACA${"ACGT".repeat(lane)}\n+\n${"F".repeat(7 + 4 * lane)}\n`,
    );
  });
  const reports = ["summary.csv", "quality.csv", "plate map.csv", "run notes.txt"].map((name) =>
    file("reports", name, `${run},${name}\n`),
  );
  return {
    files: [...reads, ...reports],
    folders: ["reads", "reports", ""].map((folder) => path.join(bucketDir, run, folder)),
    prefixes: [`${run}/reads/`, `${run}/reports/`],
  };
}

export function writeDemo({ files }: Demo): void {
  for (const { file, text } of files) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}
