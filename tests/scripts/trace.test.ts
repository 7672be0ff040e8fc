import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { lambdaBundle } from "../../components/parts/lambda-bundles";
import { inSources } from "../../scripts/trace";

const root = path.resolve(__dirname, "../..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

/** Where a text is: "line:column", from 1. */
function placeOf(file: string, text: string): string {
  const before = read(file).slice(0, read(file).indexOf(text)).split("\n");
  return `${before.length}:${before.at(-1)!.length + 1}`;
}

describe("npm run trace", () => {
  it("says where in the sources a Lambda's lines are, and leaves the others alone", () => {
    lambdaBundle("ingest");
    const bundled = placeOf("dist/functions/ingest/index.js", '"message rejected"');
    const trace = [
      "TypeError: no such thing",
      `    at Object.rejected (/var/task/index.js:${bundled})`,
      `    at file:///var/task/index.js:${bundled}`,
      "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
      "",
    ].join("\n");
    const place = `functions/ingest/handler.ts:${placeOf("functions/ingest/handler.ts", '"message rejected"')}`;
    expect(inSources(trace, path.join(root, "dist/functions/ingest.js.map"))).to.equal(
      [
        "TypeError: no such thing",
        `    at Object.rejected (${place})`,
        `    at ${place}`,
        "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
        "",
      ].join("\n"),
    );
  });
});
