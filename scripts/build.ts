// `npm run build`: the library and the Lambdas' bundles, whole, into dist.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { bundleLambdas } from "./bundle";
import { replaceInDist, root } from "./dist";

const typescript = require.resolve("typescript/bin/tsc");

/** Beside what the compiler makes of `announcement/`. */
const forOtherLanguages = ["schema.json", "example.json", "edp_announcement.py"];

function compile(folder: string): void {
  execFileSync(process.execPath, [typescript, "-p", "tsconfig.build.json", "--outDir", folder], {
    cwd: root,
    stdio: "inherit",
  });
}

replaceInDist(
  (folder) => {
    compile(folder);
    for (const file of forOtherLanguages) {
      fs.copyFileSync(
        path.join(root, "announcement", file),
        path.join(folder, "announcement", file),
      );
    }
    for (const [name, bytes] of Object.entries(bundleLambdas(folder))) {
      console.log(`dist/functions/${name}/index.js  ${(bytes / 1024).toFixed(0)} KiB`);
    }
  },
  { isAll: true },
);
