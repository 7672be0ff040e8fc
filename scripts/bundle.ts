// Bundles every Lambda (a folder of functions/ with a handler.ts) into dist/functions/<name>/index.js.
//
// Minified and without a source map, because the unminified output contains the position of
// node_modules: the same source built in two folders would differ, and every `pulumi up` would show
// a change. An unzipped folder, because Pulumi then hashes names and contents, not zip timestamps.
import * as fs from "node:fs";
import * as path from "node:path";
import { buildSync } from "esbuild";

const root = path.resolve(__dirname, "..");
const functions = path.join(root, "functions");
const maxBytes = 1024 * 1024;

const names = fs
  .readdirSync(functions)
  .filter((name) => fs.existsSync(path.join(functions, name, "handler.ts")))
  .sort();

for (const name of names) {
  const folder = path.join(root, "dist", "functions", name);
  const outfile = path.join(folder, "index.js");
  fs.rmSync(folder, { recursive: true, force: true });
  buildSync({
    entryPoints: [path.join(functions, name, "handler.ts")],
    outfile,
    bundle: true,
    minify: true,
    legalComments: "none",
    platform: "node",
    target: "node24",
    format: "cjs",
    // CommonJS entry points of dual packages are larger and slower to load than their ES modules.
    mainFields: ["module", "main"],
    external: ["pg-native"],
    logLevel: "warning",
  });
  const bytes = fs.statSync(outfile).size;
  console.log(`dist/functions/${name}/index.js  ${(bytes / 1024).toFixed(0)} KiB`);
  if (bytes > maxBytes) {
    console.error(`bundle ${name} has ${bytes} bytes, allowed are ${maxBytes}: find what grew it`);
    process.exitCode = 1;
  }
}
