// TypeScript's own rules. The arrows between the rooms are in .dependency-cruiser.cjs.
import * as fs from "node:fs";
import tseslint from "typescript-eslint";

/** The bench's own packages are there once it has run; without them its types say nothing. */
const benchIsInstalled = fs.existsSync(new URL("bench/node_modules", import.meta.url));

export default tseslint.config(
  {
    ignores: [
      ...(benchIsInstalled ? [] : ["bench/**"]),
      "dist/**",
      "dist-*/**",
      "site/**",
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
      "no-restricted-syntax": [
        "error",
        {
          selector: "ObjectExpression > SpreadElement > ObjectExpression",
          message: "write these properties without the braces around them",
        },
      ],
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
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
