// npm run simulate:mutations [-- NAME...]: puts one bug at a time into a copy of the code, and prints
// how many histories the simulation needed to find it.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { mutations, type Mutation } from "./mutations";

const root = path.resolve(__dirname, "../..");
const maxRuns = 2000;
const seed = 1;

function main(names: readonly string[]): number {
  const chosen = mutations.filter(
    ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
  );
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), "edp-mutations-"));
  fs.chmodSync(copy, 0o755);
  let survivors = 0;
  try {
    for (const folder of ["announcement", "functions", "migrations", "local", "support", "tests"]) {
      fs.cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true });
    }
    for (const file of ["package.json", "tsconfig.json"]) {
      fs.copyFileSync(path.join(root, file), path.join(copy, file));
    }
    fs.symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
    for (const mutation of chosen) {
      const found = tryOne(copy, mutation);
      if (!found) survivors++;
      console.log(
        `${mutation.breaks}, ${mutation.name}: ${found ?? `not in ${maxRuns} histories`}`,
      );
    }
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
  return survivors === 0 ? 0 : 1;
}

/** What found it, and after how many histories. */
function tryOne(copy: string, { file, changes }: Mutation): string | undefined {
  const target = path.join(copy, file);
  const original = fs.readFileSync(target, "utf8");
  const mutated = changes.reduce((text, { from, to }) => text.replace(from, () => to), original);
  fs.writeFileSync(target, mutated);
  try {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "tests/simulation/main.ts"].concat(
        ["--runs", maxRuns, "--seed", seed, "--shorten", 0].map(String),
      ),
      { cwd: copy, encoding: "utf8" },
    );
    const [, failed, error] = /seed (\d+) failed: (.*)/.exec(stderr) ?? [];
    if (failed === undefined) {
      if (!stdout.includes("histories passed")) throw new Error(stderr);
      return undefined;
    }
    return `${Number(failed) - seed + 1} histories; ${error!}`;
  } finally {
    fs.writeFileSync(target, original);
  }
}

process.exitCode = main(process.argv.slice(2));
