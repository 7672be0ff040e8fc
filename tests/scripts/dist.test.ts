import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { replaceInDist } from "../../scripts/dist";

describe("dist", () => {
  let folder: string;
  let dist: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-dist-"));
    dist = path.join(folder, "dist");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const fill = (files: Record<string, string>) => (into: string) => {
    for (const [file, content] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(into, file)), { recursive: true });
      fs.writeFileSync(path.join(into, file), content);
    }
  };
  const read = (file: string) => fs.readFileSync(path.join(dist, file), "utf8");

  it("is there, whole, while another one is made", () => {
    replaceInDist(fill({ "a/index.js": "old" }), { dist });
    replaceInDist(
      (into) => {
        fill({ "a/index.js": "new" })(into);
        expect(read("a/index.js")).to.equal("old");
      },
      { dist },
    );
    expect(read("a/index.js")).to.equal("new");
    expect(fs.readdirSync(folder)).to.deep.equal(["dist"]);
  });

  it("keeps what is the same as it was, and what nobody made", () => {
    replaceInDist(fill({ "a.js": "1", "b.js": "1", "c.js": "1" }), { dist });
    const { ino } = fs.statSync(path.join(dist, "a.js"));
    replaceInDist(fill({ "a.js": "1", "b.js": "2" }), { dist });
    expect(fs.statSync(path.join(dist, "a.js")).ino).to.equal(ino);
    expect([read("b.js"), read("c.js")]).to.deep.equal(["2", "1"]);
  });

  it("loses what is no longer made, when all of it is", () => {
    replaceInDist(fill({ "a.js": "1", "b/c.js": "1" }), { dist });
    replaceInDist(fill({ "a.js": "1" }), { dist, isAll: true });
    expect(fs.existsSync(path.join(dist, "b/c.js"))).to.equal(false);
    expect(read("a.js")).to.equal("1");
  });

  it("stays as it was when the making fails", () => {
    replaceInDist(fill({ "a.js": "1" }), { dist });
    const failing = (into: string) => {
      fill({ "a.js": "2" })(into);
      throw new Error("on purpose");
    };
    expect(() => replaceInDist(failing, { dist, isAll: true })).to.throw("on purpose");
    expect(read("a.js")).to.equal("1");
    expect(fs.readdirSync(folder)).to.deep.equal(["dist"]);
  });
});
