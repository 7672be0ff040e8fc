// `npm run test:quilt`: the packager's tests, with the real quilt3 against moto's server, in a virtual
// environment of their own. Where there is no Python 3 it says so, and is done.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "./dist";

const tests = path.join(root, "tests/quilt");
const requirements = path.join(tests, "requirements.txt");
const cache = path.join(root, "node_modules/.cache/edp-monitor");

/** Ends this process with the command's status when it fails. */
function run(command: string, args: string[], cwd = root): void {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: "inherit",
    env: { ...process.env, NODE: process.execPath, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** One for each list of packages; complete once it has its name. */
function virtualEnvironment(): string {
  const hash = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex");
  const folder = path.join(cache, `python-${hash.slice(0, 16)}`);
  const python = path.join(folder, "bin/python");
  const isComplete = path.join(folder, "complete");
  if (!fs.existsSync(isComplete)) {
    fs.rmSync(folder, { recursive: true, force: true });
    run("python3", ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(python, [...pip, "--require-hashes", "--requirement", requirements]);
    fs.writeFileSync(isComplete, "");
  }
  return python;
}

const isThere = spawnSync("python3", ["-c", "import venv"]).status === 0;
const isNew = spawnSync("python3", ["-c", "import tomllib"]).status === 0; // new in 3.11
if (isThere && isNew) {
  run(virtualEnvironment(), ["-m", "pytest", "-q", ...process.argv.slice(2)], tests);
} else {
  const got = isThere ? "python3 is older than 3.11" : "there is no python3 with venv here";
  console.log(`Skipped: ${got}; the packager's tests need Python 3.11 or newer, with venv.`);
}
