// The rules of the house: TypeScript's own, and the arrows between the rooms (CONTRIBUTING.md).
// tests/architecture.test.ts holds the same arrows file by file; here an editor shows them at once.
import * as fs from "node:fs";
import tseslint from "typescript-eslint";

/** What the files of a room must not import, with the reason that ESLint prints. */
const arrows = [
  room(["components/**"], {
    "(^|/)(migrations|local)(/|$)": "infrastructure knows neither migrations nor the laptop",
    "functions/(?!contract$)": "infrastructure knows the runtime by its contract and its bundles",
    "^(kysely|pg)": "infrastructure never talks to the database itself",
  }),
  room(["index.ts"], {
    "^\\./(?!components$|components/args$)": "the program sees the library's door alone",
  }),
  room(["functions/contract/**"], { "^[^.]|^\\.\\./": "the contract imports nothing" }),
  room(["functions/database/**"], {
    "^@pulumi/": "the runtime never imports Pulumi",
    "^\\.\\./(?!contract$)": "the statements know the contract alone",
  }),
  ...["ingest", "emitter", "migration"].map((lambda) =>
    room([`functions/${lambda}/**`], {
      "^@pulumi/": "the runtime never imports Pulumi",
      "^\\.\\./(ingest|emitter|migration)(/|$)": "one Lambda never imports another",
      "^\\.\\./(contract|database)/": "go through the room's door",
      ...(lambda === "migration"
        ? {}
        : { "^(kysely|pg)|migrations": "all SQL is in functions/database" }),
    }),
  ),
  room(["migrations/[0-9]*.ts"], {
    "^(?!kysely$)": "a migration is frozen: it imports Kysely alone",
  }),
  room(["local/**"], {
    "(components|migrations|functions/(?!contract$))":
      "the laptop uses the program and the bundles, never their parts",
  }),
];

function room(files, forbidden) {
  const patterns = Object.entries(forbidden).map(([regex, message]) => ({ regex, message }));
  return { files, rules: { "no-restricted-imports": ["error", { patterns }] } };
}

/** The bench's own packages are there once it has run; without them its types say nothing. */
const benchIsInstalled = fs.existsSync(new URL("bench/node_modules", import.meta.url));

export default tseslint.config(
  {
    ignores: [
      ...(benchIsInstalled ? [] : ["bench/**"]),
      "dist/**",
      "dist-*/**",
      "node_modules/**",
      "local-bucket/**",
      "**/*.mjs",
      "**/*.cjs",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          "./tests/tsconfig.json",
          "./bench/tsconfig.json",
          "./start/page/assets/tsconfig.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
    },
  },
  ...arrows,
  {
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
