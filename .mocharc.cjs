// Files that are named run in mocha's own process: a second faster than in a worker.
const namesFile = process.argv.some((argument) => argument.endsWith(".test.ts"));

module.exports = {
  extension: ["test.ts"],
  recursive: true,
  ignore: ["tests/faults/**", "tests/page/**", "tests/terminal/**"],
  "fail-zero": true,
  "node-option": ["import=tsx"],
  require: ["tests/support/fail-on-rejection.ts", "tests/support/hooks.ts"],
  parallel: !namesFile,
  jobs: 3,
  timeout: 10000,
};
