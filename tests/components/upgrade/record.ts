// Records the graphs that the next version is compared with. Run with every release, by
// `npx tsx tests/components/upgrade/record.ts`, together with the lists of upgrade.test.ts.
import * as fs from "node:fs";
import * as path from "node:path";
import { inputsOf, variants } from "./inputs";

async function main(): Promise<void> {
  for (const variant of variants) {
    const file = path.join(__dirname, `before-${variant}.json`);
    fs.writeFileSync(file, `${JSON.stringify(await inputsOf(variant), null, 2)}\n`);
  }
}

void main();
