import * as fs from "node:fs";
import * as path from "node:path";

/** A file of the page, as the browser gets it. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** By path: the files of the page, and of uPlot, which is served as its package has it. */
const files = filesOf(path.join(__dirname, "assets"));

/** Undefined: there is no such file. Rejects when there was one at the start, and is none now. */
export async function readAsset(pathname: string): Promise<Asset | undefined> {
  const file = files.get(pathname);
  if (file === undefined) return undefined;
  return { type: types[path.extname(file)]!, content: await fs.promises.readFile(file) };
}

function filesOf(folder: string): ReadonlyMap<string, string> {
  const uplot = path.dirname(require.resolve("uplot/package.json"));
  return new Map([
    ...fs
      .readdirSync(folder)
      .filter((name) => path.extname(name) in types)
      .map((name): [string, string] => [`/${name}`, path.join(folder, name)]),
    ["/", path.join(folder, "index.html")],
    ["/uplot.js", path.join(uplot, "dist/uPlot.esm.js")],
    ["/uplot.css", path.join(uplot, "dist/uPlot.min.css")],
  ]);
}
