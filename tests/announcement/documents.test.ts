import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { handler } from "../../examples/announcement-reader";
import { announcementDocuments, example } from "../../scripts/announcement-documents";

const root = path.resolve(__dirname, "../..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

describe("the announcement for other languages", () => {
  it("is as it is made now: npm run docs:tables", async () => {
    for (const [file, text] of await announcementDocuments()) {
      expect(read(file), file).to.equal(text);
    }
  });

  it("is read by the program that docs/using.md shows", () => {
    const program = "examples/announcement-reader/index.ts";
    expect(read("docs/using.md")).to.contain(`\`\`\`ts\n${read(program)}\`\`\``);
    const said: unknown[] = [];
    const { log } = console;
    console.log = (text: unknown) => said.push(text);
    try {
      handler(example());
      handler({ ...example(), detail: { version: "0.1", bucket: "b", prefix: "" } });
    } finally {
      console.log = log;
    }
    expect(said).to.deep.equal([
      "s3://instrument-bucket/instrument-name/experiment-id/ has a new batch, " +
        "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
      "s3://b/ has a new batch, of Quilt's own service",
    ]);
    expect(() => handler({ detail: example().detail })).to.throw(
      "no announcement: look at the rule",
    );
  });

  it("is shown in the README as it is", () => {
    const [, shown = ""] =
      /## The announcement\n+```json\n([^]*?)```/.exec(read("README.md")) ?? [];
    const { source, time, resources, detail, ...envelope } = example();
    expect(JSON.parse(shown)).to.deep.equal({
      source,
      "detail-type": envelope["detail-type"],
      time,
      resources,
      detail,
    });
  });
});
