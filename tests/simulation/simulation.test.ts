import { expect } from "chai";
import fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { history } from "./history";
import { invariants } from "./checks";
import { SimulatedDatabase } from "./database";
import { mutations } from "./mutations";
import { report } from "./report";
import { runSeed, simulate } from "./run";

const root = path.resolve(__dirname, "../..");
const fresh = Math.floor(Math.random() * 2 ** 31);
const runs = 40;

describe("simulation", function () {
  this.timeout(600_000);
  let database: SimulatedDatabase;
  before(async () => (database = await SimulatedDatabase.create()));
  after(() => database.drop());

  for (const [what, first] of [
    ["that are always the same", 1],
    [`that are new, from seed ${fresh}`, fresh],
  ] as const) {
    it(`keeps every invariant in histories ${what}`, async () => {
      const seen = new Map<string, number>();
      for (let seed = first; seed < first + runs; seed++) {
        const failure = await runSeed(database, seed, { seen, shortenMs: 30_000 });
        if (failure) throw new Error(report(failure));
      }
      // It went where things happen.
      for (const event of ["object event: counted", "object event: duplicate", "announcement"]) {
        expect(seen.get(event), event).to.be.above(runs);
      }
      expect([...seen.keys()].filter((event) => event.startsWith("fault"))).to.have.length.above(5);
    });
  }

  it("runs the same history the same way again", async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const [one] = fc.sample(history, { seed, numRuns: 1 });
      expect(await simulate(database, one!), `seed ${seed}`).to.equal(
        await simulate(database, one!),
      );
    }
  });
});

describe("simulation, its documentation", () => {
  const readme = fs.readFileSync(path.join(__dirname, "README.md"), "utf8");

  it("lists every invariant in the words of the checks", () => {
    for (const [number, text] of Object.entries(invariants)) {
      expect(readme).to.contain(`${number}. ${text}`);
    }
  });

  it("lists every mutation with its diff, and each still changes one place of the code", () => {
    for (const { name, breaks, file, changes } of mutations) {
      expect(readme, name).to.match(new RegExp(`\\| ${breaks} +\\| ${escape(name)} `));
      const text = fs.readFileSync(path.join(root, file), "utf8");
      for (const { from, to } of changes) {
        expect(text.split(from), `${name}: ${from}`).to.have.lengthOf(2);
        for (const [sign, line] of [
          ["-", from],
          ["+", to],
        ] as const) {
          if (line) expect(readme, name).to.contain(`${sign} ${line.split("\n")[0]!}`);
        }
      }
    }
  });

  it("has a mutation for every invariant", () => {
    const broken = new Set(mutations.map(({ breaks }) => String(breaks)));
    expect([...broken]).to.have.members(Object.keys(invariants));
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
