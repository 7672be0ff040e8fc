import { expect } from "chai";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import type { ICruiseResult, IForbiddenRuleType } from "dependency-cruiser";

const root = path.resolve(__dirname, "..");
const rules = createRequire(__filename)("../.dependency-cruiser.cjs") as {
  forbidden: IForbiddenRuleType[];
  options: object;
};
const rooms = [
  ...[
    "index.ts",
    "announcement",
    "components",
    "functions",
    "migrations",
    "local",
    "start",
    "support",
  ],
  ...["scripts", "examples", "docs", "plugin", "tests"],
];

/** Every import that a rule forbids: the rule, and the two files. */
async function forbidden(folder: string): Promise<string[]> {
  const { cruise } = await import("dependency-cruiser");
  const { output } = await cruise(
    rooms.filter((room) => fs.existsSync(path.join(folder, room))),
    { ...rules.options, baseDir: folder, validate: true, ruleSet: { forbidden: rules.forbidden } },
  );
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
  );
}

describe("architecture", () => {
  it("has no circle, and no arrow that its rooms forbid", async function () {
    this.timeout(60_000);
    expect(await forbidden(root)).to.deep.equal([]);
    expect(fs.readFileSync(path.join(root, "index.ts"), "utf8").split("\n").length).to.be.below(41);
  });

  /** What trips each rule: a file, what it imports, and the rule. */
  const trips: [file: string, imports: string, rule: string][] = [
    ["index.ts", "components/ingest", "room-index"],
    ["components/args/tags.ts", "components/records", "room-components/args"],
    ["components/parts/queues.ts", "components/watching/alarm", "room-components/parts"],
    ["components/watching/alarm.ts", "components/ingest", "room-components/watching"],
    ["components/database.ts", "functions/database/index", "room-components"],
    ["components/migration.ts", "migrations/index", "room-components"],
    ["components/network.ts", "components/args/tags", "room-components"],
    ["components/ingest.ts", "components/emitter", "stations-apart"],
    ["components/emitter.ts", "components/edp-monitor", "stations-apart"],
    ["components/alarms.ts", "kysely", "room-components"],
    ["functions/contract/wake.ts", "functions/database/index", "room-functions/contract"],
    ["announcement/event.ts", "functions/contract/index", "room-announcement"],
    ["functions/contract/prefix.ts", "@aws-sdk/client-s3", "room-functions/contract"],
    ["functions/ingest/store-messages.ts", "pg", "room-functions/ingest"],
    ["migrations/0002_b.ts", "pg", "room-migrations/[0-9]{4}_"],
    [
      "functions/database/session/connection.ts",
      "functions/database/storing/ledger",
      "room-functions/database/session",
    ],
    [
      "functions/database/storing/ledger.ts",
      "functions/database/emitting/lease",
      "room-functions/database/storing",
    ],
    [
      "functions/database/emitting/lease.ts",
      "functions/database/storing/ledger",
      "room-functions/database/emitting",
    ],
    ["functions/database/schema.ts", "migrations/index", "room-functions/database"],
    ["functions/ingest/handler.ts", "functions/emitter/emit", "room-functions/ingest"],
    ["functions/emitter/emit.ts", "functions/database/emitting/lease", "room-functions/emitter"],
    ["functions/migration/migrate.ts", "migrations/0001_a", "room-functions/migration"],
    ["migrations/0001_a.ts", "functions/database/schema", "room-migrations/[0-9]{4}_"],
    ["migrations/index.ts", "functions/contract/index", "room-migrations"],
    ["local/stack.ts", "start/run", "room-local"],
    ["local/queue.ts", "functions/contract/index", "room-local"],
    ["start/run.ts", "components/index", "room-start"],
    ["start/page.ts", "support/wait-for", "room-start"],
    ["support/wait-for.ts", "tests/page", "tests-are-nobodys"],
    ["scripts/build.ts", "bench/main", "bench-is-nobodys"],
    ["scripts/trace.ts", "scripts/none", "found"],
  ];

  it("trips over each of them", async function () {
    this.timeout(60_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-architecture-"));
    const write = (file: string, text: string) => {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.appendFileSync(path.join(folder, file), text);
    };
    const isPackage = (target: string) => !/^\w+\//.test(target);
    const importOf = (file: string, target: string) => {
      if (isPackage(target)) return `import "${target}";\n`;
      const relative = path.relative(path.dirname(file), target);
      return `import "${relative.startsWith(".") ? relative : `./${relative}`}";\n`;
    };
    try {
      fs.copyFileSync(path.join(root, "tsconfig.json"), path.join(folder, "tsconfig.json"));
      for (const [file, target] of trips) {
        if (target !== "scripts/none" && !isPackage(target)) write(`${target}.ts`, "");
        write(file, importOf(file, target));
      }
      write("local/a.ts", importOf("local/a.ts", "local/b"));
      write("local/b.ts", importOf("local/b.ts", "local/a"));
      write("tests/a.ts", importOf("tests/a.ts", "tests/b"));
      write("tests/b.ts", importOf("tests/b.ts", "tests/a"));

      const found = await forbidden(folder);
      for (const [file, target, rule] of trips) {
        const to = rule === "found" ? "./none" : isPackage(target) ? target : `${target}.ts`;
        expect(found).to.include(`${rule}: ${file} -> ${to}`);
      }
      expect(found).to.include("no-circle: local/a.ts -> local/b.ts");
      expect(found).to.include("no-circle-of-values: tests/a.ts -> tests/b.ts");
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
    const tripped = new Set([
      ...trips.map(([, , rule]) => rule),
      ...["no-circle", "no-circle-of-values"],
    ]);
    expect(rules.forbidden.map(({ name }) => name)).to.have.members([...tripped]);
  });

  it("has a station for every Lambda", () => {
    const lambdas = fs
      .readdirSync(path.join(root, "functions"))
      .filter((name) => fs.existsSync(path.join(root, "functions", name, "handler.ts")));
    expect(lambdas).to.have.members(["ingest", "emitter", "migration"]);
    for (const lambda of lambdas) {
      expect(fs.existsSync(path.join(root, "components", `${lambda}.ts`)), lambda).to.equal(true);
    }
  });
});
