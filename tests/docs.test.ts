import { expect } from "chai";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { dashboardPicture } from "../docs/pictures/dashboard";
import { argDocuments } from "../scripts/arg-documents";
import { dashboardText } from "../components/watching/dashboard-text";
import { inputs, plainGraph } from "../support/graph";
import { testDatabase } from "../support/postgres";

const root = path.resolve(__dirname, "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "tests/simulation/README.md",
  ...fs.readdirSync(path.join(root, "docs")).map((file) => `docs/${file}`),
].filter((file) => file.endsWith(".md"));

const pageOf = (name: string) => `docs/${name}.md`;

/** The fenced blocks of a language. */
function blocks(file: string, language: string): string[] {
  return [...read(file).matchAll(new RegExp(`^ *\`\`\`${language}\n([^]*?)^ *\`\`\``, "gm"))].map(
    ([, block]) => block!,
  );
}

/** As GitHub makes links of them. */
function headings(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );
}

/** Of the tables of a page whose last column names a test. */
function testsNamedIn(page: string) {
  const rows = read(page)
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\| (what goes wrong|Quilt's page|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const named = rows.flatMap((cells) => {
    const [, file, title] = /^`(tests\/\S+)`: (.+)$/.exec(cells.at(-2) ?? "") ?? [];
    return file === undefined ? [] : [{ what: cells[1], file, title: title! }];
  });
  return { named, withoutTest: rows.length - named.length };
}

describe("documentation", function () {
  this.timeout(60_000); // a stack, or a process, starts
  it("has links that lead somewhere", () => {
    for (const file of documents) {
      for (const [, target, heading] of read(file).matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)) {
        if (target!.startsWith("http")) continue;
        const linked = target === "" ? file : path.join(path.dirname(file), target!);
        expect(fs.existsSync(path.join(root, linked)), `${file} links ${target!}`).to.equal(true);
        if (heading === undefined) continue;
        expect(headings(linked), `${file} links ${target!}#${heading}`).to.include(heading);
      }
    }
  });

  it("names npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const builtIn = ["ci", "install", "pack", "start", "test"];
    for (const file of documents) {
      for (const [, run, name] of read(file).matchAll(/\bnpm (run )?([a-z]+(?::[a-z]+)*)/g)) {
        if (run === undefined && builtIn.includes(name!)) continue;
        expect(Object.keys(scripts), `${file} says npm ${run ?? ""}${name!}`).to.include(name);
      }
    }
  });

  it("shows the dashboard as it is", () => {
    expect(dashboardPicture()).to.equal(
      read("docs/images/dashboard.svg"),
      "npm run docs:dashboard",
    );
  });

  it("says for how long a message is tried and kept, as the queue has it", async () => {
    const queue = inputs(await plainGraph(), "Queue", "edp-object-events");
    const { maxReceiveCount: tries } = JSON.parse(String(queue["redrivePolicy"])) as {
      maxReceiveCount: number;
    };
    const hours = Math.round((tries * Number(queue["visibilityTimeoutSeconds"])) / 3600);
    const days = Number(queue["messageRetentionSeconds"]) / 86_400;
    const told = ["README.md", ...["failure-modes", "operating", "observability"].map(pageOf)];
    for (const text of [...told.map(read), dashboardText("lab")]) {
      for (const figure of [tries.toLocaleString("en-US"), `${hours} hours`, `${days} days`]) {
        expect(text).to.include(figure);
      }
    }
    for (const file of documents) {
      expect(read(file), file).not.to.match(
        /\b(100|hundred) (tries|attempts)\b|\b(4|four) days\b/i,
      );
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

  it("has JSON that parses", () => {
    const texts = documents.flatMap((file) => blocks(file, "json"));
    expect(texts).to.have.lengthOf.above(0);
    for (const text of texts) expect(() => JSON.parse(text) as unknown, text).not.to.throw();
  });

  it("names tests that exist, one at least for what the product answers for", function () {
    const inFailures = testsNamedIn("docs/failure-modes.md");
    const inComparison = testsNamedIn("docs/edp-compatibility.md");
    expect(inFailures.withoutTest).to.equal(2); // S3's switch, and a backup
    expect(inComparison.withoutTest).to.equal(0);

    const named = [...inFailures.named, ...inComparison.named];
    const titles = titlesOf([...new Set(named.map(({ file }) => file))]);
    for (const { what, file, title } of named) {
      expect(titles.get(path.join(root, file)), what).to.include(title);
    }
  });

  it("says how to run tests that are there", () => {
    const patterns = [...read("CONTRIBUTING.md").matchAll(/`npx mocha (tests[^`]+)`/g)].flatMap(
      ([, line]) => line!.split(" "),
    );
    expect(patterns).to.have.lengthOf.above(8);
    expect(patterns.filter((one) => !/^tests\/[\w/.-]+$/.test(one))).to.deep.equal([]);
    const { status, stderr } = mocha("--dry-run", "--no-parallel", ...new Set(patterns));
    // A pattern without a file is a warning as long as another one has some.
    expect([status, stderr]).to.deep.equal([0, ""]);
  });

  it("lets one file be run by itself", () => {
    const { stdout } = mocha("--reporter", "json", "tests/local/lines.test.ts");
    const { tests } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
      tests: { file: string }[];
    };
    expect([...new Set(tests.map(({ file }) => file))]).to.deep.equal([
      path.join(root, "tests/local/lines.test.ts"),
    ]);
    expect(mocha("-g", "no such test", "tests/local/lines.test.ts").status).to.equal(1);
  });

  it("lists every output of the stack", () => {
    const [, section = ""] = read("README.md").split("\n### What comes out\n");
    const listed = [...section.split("\n#")[0]!.matchAll(/^\| `(\w+)` +\|/gm)];
    const exported = [...read("index.ts").matchAll(/^export const (\w+)/gm)];
    expect(listed.map(([, name]) => name)).to.have.members(exported.map(([, name]) => name));
  });

  it("has what is made of the args as it is made now: npm run docs:tables", async () => {
    const documents = await argDocuments();
    expect([...documents.keys()]).to.have.members([
      "README.md",
      "Pulumi.yaml",
      "docs/using.md",
      "docs/quilt.md",
    ]);
    for (const [file, text] of documents) expect(read(file), file).to.equal(text);
  });
});

/** As `npx mocha` in this folder. */
function mocha(...args: string[]) {
  const program = path.join(root, "node_modules/mocha/bin/mocha.js");
  return spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: "utf8" });
}

/** What mocha would run, without running it. */
function titlesOf(files: readonly string[]): Map<string, string[]> {
  const { stdout, stderr } = mocha(
    ...["--no-config", "--dry-run", "--reporter", "json", "--node-option", "import=tsx"],
    ...files,
  );
  if (!stdout.includes("{")) throw new Error(stderr);
  const report = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    tests: { title: string; file: string }[];
  };
  const titles = new Map<string, string[]>();
  for (const { file, title } of report.tests) {
    titles.set(file, [...(titles.get(file) ?? []), title]);
  }
  return titles;
}
