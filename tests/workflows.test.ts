import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}
interface Workflow {
  readonly permissions?: object;
  readonly jobs: Record<
    string,
    { "timeout-minutes"?: number; permissions?: object; steps: Step[] }
  >;
}

const root = path.resolve(__dirname, "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const folder = ".github/workflows";
const workflows = fs
  .readdirSync(path.join(root, folder))
  .map((file) => [file, parse(read(path.join(folder, file))) as Workflow] as const);
const jobs = workflows.flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({
    ...job,
    name: `${file} ${name}`,
    workflow,
  })),
);

describe("the forge's workflows", () => {
  it("are the check and the release", () => {
    expect(workflows.map(([file]) => file)).to.deep.equal(["check.yml", "release.yml"]);
  });

  it("name scripts that exist, and run what has to pass", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
    for (const [file] of workflows) {
      const text = read(path.join(folder, file));
      const named = [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, script]) => script!);
      for (const script of named) expect(scripts, file).to.have.property(script);
      for (const [used] of text.matchAll(/(?<=[ /])(scripts\/[\w-]+\.ts|\.ci\/run)\b/g)) {
        expect(fs.existsSync(path.join(root, used)), `${file}: ${used}`).to.equal(true);
      }
      const first = Object.values((parse(text) as Workflow).jobs)[0]!;
      expect(first.steps.map(({ run }) => run)).to.include(".ci/run");
    }
  });

  it("may do no more than they need, and end", () => {
    for (const { name, workflow, permissions, ...job } of jobs) {
      expect(permissions ?? workflow.permissions, name).to.be.an("object");
      expect(job["timeout-minutes"], name).to.be.a("number");
    }
    const given = Object.fromEntries(
      jobs.map(({ name, permissions, workflow }) => [name, permissions ?? workflow.permissions]),
    );
    expect(given).to.deep.equal({
      "check.yml check": { contents: "read" },
      "release.yml check": { contents: "read" },
      "release.yml npm": { "id-token": "write" },
      "release.yml github": { contents: "write" },
    });
  });

  it("use the Node.js of .nvmrc", () => {
    const versions = jobs
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith("actions/setup-node@"))
      .map((step) => String(step.with?.["node-version"]));
    expect(versions).to.have.length(3);
    expect([...new Set(versions)]).to.deep.equal([read(".nvmrc").trim()]);
  });

  it("have forms and updates that parse", () => {
    const forms = [".github/dependabot.yml", ".github/ISSUE_TEMPLATE/bug.yml"];
    for (const file of [...forms, ".github/ISSUE_TEMPLATE/feature.yml"]) {
      expect(parse(read(file)), file).to.be.an("object");
    }
  });
});
