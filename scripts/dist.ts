import * as fs from "node:fs";
import * as path from "node:path";

export const root = path.resolve(__dirname, "..");

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has a folder filled, and moves its files into dist one by one: whoever reads dist meanwhile, as a
 * `pulumi up` does, finds every file whole. What has not changed is left alone.
 * @param fill Writes into the folder it is given as it would into dist
 * @param options `isAll`: what was not written is no longer wanted
 */
export function replaceInDist(
  fill: (folder: string) => void,
  { dist = path.join(root, "dist"), isAll = false } = {},
): void {
  // A Ctrl-C ends what fills the folder, and us only when it is removed.
  const stay = () => undefined;
  for (const signal of signals) process.on(signal, stay);
  const folder = fs.mkdtempSync(`${dist}-`);
  try {
    fill(folder);
    const made = filesIn(folder);
    for (const file of made) {
      const [from, to] = [path.join(folder, file), path.join(dist, file)];
      if (isSame(from, to)) continue;
      fs.mkdirSync(path.dirname(to), { recursive: true });
      fs.renameSync(from, to);
    }
    if (!isAll) return;
    const wanted = new Set(made);
    for (const file of filesIn(dist)) {
      if (!wanted.has(file)) fs.rmSync(path.join(dist, file), { force: true });
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
    for (const signal of signals) process.off(signal, stay);
  }
}

function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

function isSame(one: string, other: string): boolean {
  return fs.existsSync(other) && fs.readFileSync(one).equals(fs.readFileSync(other));
}
