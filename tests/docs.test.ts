import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { defaults } from "../components/edp-monitor-args";
import { testDatabase } from "./support/postgres";

const root = path.resolve(__dirname, "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...fs.readdirSync(path.join(root, "docs")).map((file) => `docs/${file}`),
].filter((file) => file.endsWith(".md"));

/** The fenced blocks of a language. */
function blocks(file: string, language: string): string[] {
  return [...read(file).matchAll(new RegExp(`^ *\`\`\`${language}\n([^]*?)^ *\`\`\``, "gm"))].map(
    ([, block]) => block!,
  );
}

describe("documentation", () => {
  it("has links that lead somewhere", () => {
    for (const file of documents) {
      for (const [, target] of read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
        if (target!.startsWith("http")) continue;
        const linked = path.join(root, path.dirname(file), target!);
        expect(fs.existsSync(linked), `${file} links ${target!}`).to.equal(true);
      }
    }
  });

  it("names npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const builtIn = ["ci", "install", "pack", "start", "test"];
    for (const file of documents) {
      for (const [, run, name] of read(file).matchAll(/\bnpm (run )?([a-z:]+)/g)) {
        if (run === undefined && builtIn.includes(name!)) continue;
        expect(Object.keys(scripts), `${file} says npm ${run ?? ""}${name!}`).to.include(name);
      }
    }
  });

  it("has SQL that runs", async () => {
    const statements = documents.flatMap((file) => blocks(file, "sql"));
    expect(statements).to.have.lengthOf.above(0);
    const test = await testDatabase();
    try {
      for (const statement of statements) await test.query(statement);
    } finally {
      await test.drop();
    }
  });

  it("lists every arg with its default", () => {
    const rows = new Map(
      [...read("README.md").matchAll(/^\| (`\w+`(?:, `\w+`)*) +\| ([^|]+) \| [^|]+ \|$/gm)].flatMap(
        ([, names, value]) =>
          [...names!.matchAll(/\w+/g)].map(([name]) => [name, value!.trim()] as const),
      ),
    );
    const declared = [
      ...read("components/edp-monitor-args.ts")
        .split("export interface EdpMonitorArgs")[1]!
        .split("\n}")[0]!
        .matchAll(/^ {2}(\w+)\??:/gm),
    ].map(([, name]) => name!);

    expect([...rows.keys()]).to.have.members(declared);
    for (const [name, value] of Object.entries(defaults)) {
      expect(rows.get(name), name).to.equal(value === "" ? "empty" : String(value));
    }
  });
});
