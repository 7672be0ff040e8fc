import * as fs from "node:fs";
import * as path from "node:path";

/** A file of the page, as the browser gets it. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer<ArrayBuffer>;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  // A browser shows plain text, and would download Markdown.
  ".md": "text/plain; charset=utf-8",
};

const root = path.join(__dirname, "../..");

/** By path: the files of the page, uPlot's, which are served as its package has them, and the docs. */
const files = new Map([...pageFiles(path.join(__dirname, "assets")), ...docs()]);

/** Undefined: there is no such file. Rejects when there was one at the start, and is none now. */
export async function readAsset(pathname: string): Promise<Asset | undefined> {
  const file = files.get(pathname);
  if (file === undefined) return undefined;
  return { type: types[path.extname(file)]!, content: await fs.promises.readFile(file) };
}

function pageFiles(folder: string): [string, string][] {
  const uplot = path.dirname(require.resolve("uplot/package.json"));
  return [
    ...filesOf(folder, "/"),
    ["/", path.join(folder, "index.html")],
    ["/favicon.ico", path.join(folder, "icon.svg")], // asked for beside the docs
    ["/uplot.js", path.join(uplot, "dist/uPlot.esm.js")],
    ["/uplot.css", path.join(uplot, "dist/uPlot.min.css")],
  ];
}

function docs(): [string, string][] {
  return [
    ["/README.md", path.join(root, "README.md")],
    ...filesOf(path.join(root, "docs"), "/docs/"),
  ];
}

/** Those of the folder itself that a page can ask for, by their path on the server. */
function filesOf(folder: string, below: string): [string, string][] {
  return fs
    .readdirSync(folder)
    .filter((name) => path.extname(name) in types)
    .map((name) => [`${below}${name}`, path.join(folder, name)]);
}
