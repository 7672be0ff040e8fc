// Says where in the sources the lines of a Lambda's stack trace are: `npm run trace -- ingest < FILE`.
import * as fs from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import * as path from "node:path";
import { root } from "./dist";

/** The text, with each place in a bundle's index.js replaced by the one in the sources. */
export function inSources(trace: string, sourceMapFile: string): string {
  const payload = JSON.parse(fs.readFileSync(sourceMapFile, "utf8")) as SourceMapPayload;
  const map = new SourceMap(payload);
  const folder = path.join(path.dirname(sourceMapFile), payload.sourceRoot);
  return trace.replace(/[^\s(]*\bindex\.js:(\d+):(\d+)/g, (place, line: string, column: string) => {
    const found = map.findOrigin(Number(line), Number(column));
    if (!("fileName" in found)) return place;
    const file = path.relative(root, path.resolve(folder, found.fileName));
    return `${file}:${found.lineNumber}:${found.columnNumber}`;
  });
}

function main(): void {
  const [name = ""] = process.argv.slice(2);
  const file = path.join(root, "dist/functions", `${name}.js.map`);
  if (!fs.existsSync(file)) {
    console.error(
      `${JSON.stringify(name)} is no bundle that was built, looked for ${file}: npm run build, ` +
        "then npm run trace -- ingest < FILE (or emitter, migration)",
    );
    process.exitCode = 2;
    return;
  }
  process.stdout.write(inSources(fs.readFileSync(0, "utf8"), file));
}

if (require.main === module) main();
