import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parseDocument } from "yaml";

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Updates {
  readonly updates: readonly {
    readonly ignore?: readonly { readonly "dependency-name": string }[];
    readonly groups: Readonly<Record<string, { readonly patterns: readonly string[] }>>;
  }[];
}

const root = path.resolve(__dirname, "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
};
const { dependencies: publishing } = JSON.parse(read("scripts/publish/package.json")) as {
  dependencies: Record<string, string>;
};
const documents = new Map(
  fs
    .readdirSync(path.join(root, ".github"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => [file, parseDocument(read(path.join(".github", file)))] as const),
);
const parsed = (file: string): unknown => documents.get(file)!.toJS();

/** Every job, with the permissions that it has. */
const jobs = [...documents.keys()]
  .filter((file) => path.dirname(file) === "workflows")
  .flatMap((file) => {
    const { jobs, permissions } = parsed(file) as Workflow;
    return Object.entries(jobs).map(([name, job]) => ({
      name: `${file} ${name}`,
      permissions: job.permissions ?? permissions,
      minutes: job["timeout-minutes"],
      steps: job.steps,
    }));
  });
const steps = jobs.flatMap((job) => job.steps.map((step) => ({ ...step, job: job.name })));
const runs = steps.flatMap(({ job, run }) => (run === undefined ? [] : [{ job, run }]));

describe("the forge's files", () => {
  it("are YAML that says nothing twice", () => {
    expect([...documents.keys()].sort()).to.deep.equal([
      "ISSUE_TEMPLATE/bug.yml",
      "ISSUE_TEMPLATE/config.yml",
      "ISSUE_TEMPLATE/feature.yml",
      "dependabot.yml",
      "workflows/check.yml",
      "workflows/release.yml",
    ]);
    for (const [file, { errors, warnings }] of documents) {
      expect([...errors, ...warnings].map(String), file).to.deep.equal([]);
    }
  });

  it("run what is there", () => {
    const named = new Set<string>();
    for (const { job, run } of runs) {
      for (const [, script] of run.matchAll(/\bnpm run ([\w:-]+)/g)) {
        expect(Object.keys(manifest.scripts), job).to.include(script);
      }
      for (const [, file] of run.matchAll(/(?<![\w/.-])((?:\.ci|scripts)\/[\w./-]+)/g)) {
        expect(fs.existsSync(path.join(root, file!)), `${job} runs ${file!}`).to.equal(true);
        named.add(file!);
      }
    }
    expect([...named].sort()).to.deep.equal([".ci/run", "scripts/release-notes.ts"]);
    fs.accessSync(path.join(root, ".ci/run"), fs.constants.X_OK);
  });

  it("give every job an end, and permissions that are told", () => {
    expect(jobs.map(({ name, permissions }) => [name, permissions])).to.deep.equal([
      ["workflows/check.yml check", { contents: "read" }],
      ["workflows/release.yml check", { contents: "read" }],
      ["workflows/release.yml npm", { "id-token": "write" }],
      ["workflows/release.yml github", { contents: "write" }],
      ["workflows/release.yml pages", { pages: "write", "id-token": "write" }],
    ]);
    for (const { name, minutes } of jobs) expect(minutes, name).to.be.within(1, 90);
  });

  it("let no job that may write run the repository's code, or that of its packages", () => {
    for (const { name, permissions, steps } of jobs) {
      if (!Object.values(permissions!).includes("write")) continue;
      const text = JSON.stringify(steps);
      expect(text, name).not.to.match(/actions\/checkout|npm (ci|install|run)|npx/);
    }
  });

  it("use one Node, and actions by their major version", () => {
    const version = Number(read(".nvmrc"));
    expect(Number(manifest.devDependencies["node"])).to.equal(version);
    const nodes = steps.filter(({ uses }) => uses?.startsWith("actions/setup-node@"));
    expect(nodes.map((step) => step.with?.["node-version"])).to.deep.equal([
      version,
      version,
      version,
    ]);
    for (const { job, uses = "actions/none@v1" } of steps) {
      expect(uses, job).to.match(/^actions\/[\w-]+@v\d+$/);
    }
  });

  it("keep packages up to date that are there", () => {
    const { updates } = parsed("dependabot.yml") as Updates;
    const names = updates.flatMap(({ ignore = [], groups }) => [
      ...ignore.map((one) => one["dependency-name"]),
      ...Object.values(groups).flatMap(({ patterns }) => patterns),
    ]);
    const isThere = (pattern: string) =>
      Object.keys({ ...manifest.devDependencies, ...publishing }).some((name) =>
        pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
      );
    expect(names).to.have.lengthOf.above(20);
    expect(names.filter((name) => !isThere(name))).to.deep.equal([]);
  });
});
