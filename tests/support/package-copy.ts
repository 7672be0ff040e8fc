import * as fs from "node:fs";
import * as path from "node:path";
import type { EdpMonitor } from "../../components";
import type { lambdaBundle } from "../../components/parts/lambda-bundles";

const root = path.resolve(__dirname, "../..");

/** The components of a copy of this package with these parts of it, and without what the build makes. */
export async function copyOfPackage(
  copy: string,
  { parts = [], without = [] }: { parts?: string[]; without?: string[] } = {},
): Promise<{ EdpMonitor: typeof EdpMonitor; lambdaBundle: typeof lambdaBundle }> {
  const needed = ["package.json", "announcement", "components", "functions/contract"];
  for (const part of [...needed, ...parts]) {
    fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  }
  fs.mkdirSync(path.join(copy, "node_modules"));
  for (const name of fs.readdirSync(path.join(root, "node_modules"))) {
    if (without.includes(name)) continue;
    fs.symlinkSync(path.join(root, "node_modules", name), path.join(copy, "node_modules", name));
  }
  const [index, bundles] = await Promise.all(
    ["index", "parts/lambda-bundles"].map(
      (name) => import(path.join(copy, "components", `${name}.ts`)) as Promise<object>,
    ),
  );
  return { ...index, ...bundles } as Awaited<ReturnType<typeof copyOfPackage>>;
}
