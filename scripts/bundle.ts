// Bundles every Lambda (a folder of functions/ with a handler.ts) into dist/functions/<name>/index.js,
// its source map beside the folder: dist/functions/<name>.js.map.
//
// Minified and without a source map of its own, because these contain the position of node_modules: the
// same source built in two folders would differ, and every `pulumi up` would show a change. An unzipped
// folder, because Pulumi then hashes names and contents, not zip timestamps.
import * as fs from "node:fs";
import * as path from "node:path";
import { buildSync } from "esbuild";
import { replaceInDist, root } from "./dist";

const functions = path.join(root, "functions");
const maxBytes = 1024 * 1024;

/** Writes all bundles into `<dist>/functions`; their bytes by name. Throws when one cannot be made. */
export function bundleLambdas(dist: string): Record<string, number> {
  const names = fs
    .readdirSync(functions)
    .filter((name) => fs.existsSync(path.join(functions, name, "handler.ts")))
    .sort();
  return Object.fromEntries(
    names.map((name) => [name, bundleLambda(name, path.join(dist, "functions"))]),
  );
}

function bundleLambda(name: string, folder: string): number {
  const outfile = path.join(folder, name, "index.js");
  buildSync({
    entryPoints: [path.join(functions, name, "handler.ts")],
    absWorkingDir: root,
    outfile,
    bundle: true,
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    sourcesContent: false,
    platform: "node",
    target: "node24",
    format: "cjs",
    // CommonJS entry points of dual packages are larger and slower to load than their ES modules.
    mainFields: ["module", "main"],
    external: ["pg-native"],
    logLevel: "warning",
  });
  // Not in the folder: what is there is the Lambda's code.
  const map = JSON.parse(fs.readFileSync(`${outfile}.map`, "utf8")) as Record<string, unknown>;
  fs.writeFileSync(`${folder}/${name}.js.map`, JSON.stringify({ ...map, sourceRoot: `${name}/` }));
  fs.rmSync(`${outfile}.map`);

  const bytes = fs.statSync(outfile).size;
  if (bytes > maxBytes) {
    throw new Error(
      `the bundle ${name} has ${bytes} bytes, allowed are ${maxBytes}: find what grew it`,
    );
  }
  return bytes;
}

if (require.main === module) {
  try {
    replaceInDist(bundleLambdas);
  } catch (error) {
    // What is wrong in the sources esbuild has said already, in its own words.
    if (!(error instanceof Error && "errors" in error)) console.error(error);
    process.exitCode = 1;
  }
}
