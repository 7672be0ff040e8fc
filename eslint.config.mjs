// The rules of the house: TypeScript's own, and the arrows between the rooms (CONTRIBUTING.md).
import importX from "eslint-plugin-import-x";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import tseslint from "typescript-eslint";

/** What a room must not import, with the reason that ESLint prints. */
const arrows = [
  room("./components", ["./functions", "./migrations", "./local"], {
    except: ["./contract"],
    message: "infrastructure knows the runtime by its contract and its bundles only",
  }),
  room("./functions", ["./components", "./local", "./index.ts"], {
    message: "the runtime knows nothing of the infrastructure",
  }),
  room("./functions/contract", ["./functions"], {
    except: ["./contract"],
    message: "the contract imports nothing",
  }),
  room(
    "./functions/database",
    ["./functions/ingest", "./functions/emitter", "./functions/migration", "./migrations"],
    {
      message: "the statements know no Lambda and no migration",
    },
  ),
  ...["ingest", "emitter", "migration"].flatMap((lambda) =>
    ["ingest", "emitter", "migration"]
      .filter((other) => other !== lambda)
      .map((other) =>
        room(`./functions/${lambda}`, [`./functions/${other}`], {
          message: "one Lambda never imports another",
        }),
      ),
  ),
  ...["ingest", "emitter"].map((lambda) =>
    room(`./functions/${lambda}`, ["./migrations"], {
      message: "only the migration Lambda carries the migrations",
    }),
  ),
  room("./local", ["./components", "./functions", "./migrations"], {
    except: ["./contract"],
    message: "the laptop uses the program and the bundles, never their parts",
  }),
];

function room(target, from, { except = [], message }) {
  return from.map((one) => ({
    target,
    from: one,
    message,
    ...(one === "./functions" ? { except } : {}),
  }));
}

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "local-bucket/**", "**/*.mjs", "**/*.cjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: "./tests/tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createTypeScriptImportResolver({ project: "tests/tsconfig.json" }),
      ],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: arrows.flat() }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
    },
  },
  {
    files: ["functions/**/*.ts", "migrations/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@pulumi/*"], message: "the runtime never imports Pulumi" }] },
      ],
    },
  },
  {
    files: ["migrations/[0-9]*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["./*", "../*"], message: "a migration is frozen: it imports kysely alone" },
          ],
        },
      ],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
