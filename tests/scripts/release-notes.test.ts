import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";
import { changesOf, checkVersions, versionOf, withLinksTo } from "../../scripts/release-notes";

const changelog = [
  "# Changelog",
  "",
  "Of all versions.",
  "",
  "## 1.10.0, unreleased",
  "",
  "- Not yet.",
  "",
  "## 1.1.0, 2027-02-03",
  "",
  "- One thing:",
  "  - a part of it.",
  "",
  "### Upgrading",
  "",
  "Nothing to do.",
  "",
  "## 1.0.1",
  "",
  "## 1.0.0",
  "",
  "- The first.",
  "",
].join("\n");

describe("the notes of a release", () => {
  it("take the version from the tag", () => {
    expect(versionOf("v0.1.0")).to.equal("0.1.0");
    expect(versionOf("v12.0.345")).to.equal("12.0.345");
  });

  it("refuse a tag that is no version", () => {
    const tags = [
      "",
      "v",
      "0.1.0",
      "v1.2",
      "v01.2.3",
      "v1.2.3-rc.1",
      "v1.2.3.4",
      "V1.2.3",
      "v1.2.3\n",
    ];
    for (const tag of tags) {
      expect(() => versionOf(tag), tag).to.throw(
        `The tag is ${JSON.stringify(tag)}; allowed is "v" and three numbers, such as "v1.2.3": ` +
          "delete it, and tag the same commit with the version of package.json.",
      );
    }
  });

  it("accept manifests with the version, and name all that have another", () => {
    checkVersions("1.1.0", { "package.json": "1.1.0", "plugin/package.json": "1.1.0" });
    expect(() =>
      checkVersions("1.1.0", { a: "1.1.0", b: "1.0.0", "c/d": undefined, e: "1.1.00" }),
    ).to.throw(
      'b has the version "1.0.0", and c/d has the version null, and e has the version "1.1.00"; ' +
        'allowed is "1.1.0", as in the tag: ' +
        "set the version there and tag that commit, or tag with the version that is there.",
    );
  });

  it("are the section of the version, to the next one", () => {
    expect(changesOf(changelog, "1.1.0")).to.equal(
      "- One thing:\n  - a part of it.\n\n### Upgrading\n\nNothing to do.",
    );
    expect(changesOf(changelog, "1.0.0")).to.equal("- The first.");
  });

  it("refuse a version without a section, though another begins or ends like it", () => {
    for (const version of ["1.1", "1.10", "0.0", ".0.0", "1.1.00", "Changelog", "Upgrading"]) {
      expect(() => changesOf(changelog, version), version).to.throw(
        'CHANGELOG.md has the sections ["1.10.0, unreleased","1.1.0, 2027-02-03","1.0.1","1.0.0"]; ' +
          `needed is "## ${version}": write what the version changes there.`,
      );
    }
  });

  it("refuse a section that is marked as unreleased, in whatever letters", () => {
    for (const mark of [", unreleased", " (Unreleased)", ", UNRELEASED"]) {
      expect(() => changesOf(`## 1.10.0${mark}\n\n- It.\n`, "1.10.0")).to.throw(
        `CHANGELOG.md has the section "## 1.10.0${mark}"; allowed is "## 1.10.0", ` +
          "or that with a date: take the word away, and tag that commit.",
      );
    }
  });

  it("refuse a section without a word", () => {
    expect(() => changesOf(changelog, "1.0.1")).to.throw(
      'The section "## 1.0.1" of CHANGELOG.md is empty: write what the version changes there.',
    );
  });

  it("link to the files of the tag, and leave other links alone", () => {
    const text =
      "[a](docs/a.md#b), [two\n  lines](x.md), [c](https://example.com/c.md), [d](#d), (e.md)";
    expect(withLinksTo("https://forge/o/r/blob/v1.0.0", text)).to.equal(
      "[a](https://forge/o/r/blob/v1.0.0/docs/a.md#b), " +
        "[two\n  lines](https://forge/o/r/blob/v1.0.0/x.md), " +
        "[c](https://example.com/c.md), [d](#d), (e.md)",
    );
  });

  it("end with a status and one line that says why", () => {
    const root = path.resolve(__dirname, "../..");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "scripts/release-notes.ts", "v1"],
      { cwd: root, encoding: "utf8" },
    );
    expect([status, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(/^The tag is "v1"; allowed is [^\n]+\n$/);
  });
});
