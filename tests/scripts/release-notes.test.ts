import { expect } from "chai";
import {
  changesOf,
  checkRepository,
  checkVersions,
  versionOf,
  withLinksTo,
} from "../../scripts/release-notes";

describe("a release", () => {
  it("has a tag that is v and a version", () => {
    expect(versionOf("v1.20.3")).to.equal("1.20.3");
    for (const tag of ["", "1.2.3", "v1.2", "v1.2.3-rc.1", "v01.2.3", "main"]) {
      expect(() => versionOf(tag), tag).to.throw(
        `The tag is ${JSON.stringify(tag)}; allowed is "v" and three numbers, such as "v1.2.3": ` +
          "delete it, and tag the same commit with the version of package.json.",
      );
    }
  });

  it("has the same version everywhere", () => {
    expect(() => checkVersions("1.2.3", { "a.json": "1.2.3", "b.json": "1.2.3" })).not.to.throw();
    expect(() => checkVersions("1.2.3", { "a.json": "1.2.2", "b.json": undefined })).to.throw(
      'a.json has the version "1.2.2", and b.json has the version null; allowed is "1.2.3", as in the tag: ' +
        "set the version there and tag that commit, or tag with the version that is there.",
    );
  });

  it("is of the repository that package.json names", () => {
    for (const given of [
      "github:lab/edp-monitor",
      "https://github.com/lab/edp-monitor",
      { type: "git", url: "git+https://github.com/Lab/edp-monitor.git" },
    ]) {
      expect(() => checkRepository(given, "lab/edp-monitor"), JSON.stringify(given)).not.to.throw();
    }
    for (const given of [
      undefined,
      "github:other/edp-monitor",
      "github:notlab/edp-monitor",
      "github:lab/edp-monitors",
      { url: 7 },
    ]) {
      expect(() => checkRepository(given, "lab/edp-monitor")).to.throw(
        `package.json has the repository ${JSON.stringify(given ?? null)}; needed is the one that releases, ` +
          '"github:lab/edp-monitor": set it, and bugs and homepage with it, and tag that commit.',
      );
    }
  });

  it("takes a dot in the repository's name for a dot", () => {
    expect(() => checkRepository("github:lab/edp.monitor", "lab/edp.monitor")).not.to.throw();
    expect(() => checkRepository("github:lab/edp-monitor", "lab/edp.monitor")).to.throw();
  });

  const changelog =
    "# Changelog\n\n## 1.1.0, unreleased\n\n- New\n\n## 1.0.1\n\n- Mended\n\n## 1.0.0\n\n";

  it("says what the changelog has of its version, and nothing else", () => {
    expect(changesOf(changelog, "1.0.1")).to.equal("- Mended");
    expect(changesOf("## 1.0.0, 2026-12-01\n- All\n", "1.0.0")).to.equal("- All");
  });

  it("is none before the changelog has its section, and something in it", () => {
    expect(() => changesOf(changelog, "1.1.0")).to.throw(
      'CHANGELOG.md has the section "## 1.1.0, unreleased"; allowed is "## 1.1.0", or that with a date: ' +
        "take the word away, and tag that commit.",
    );
    expect(() => changesOf(changelog, "1.0.0")).to.throw(
      'The section "## 1.0.0" of CHANGELOG.md is empty: write what the version changes there.',
    );
    expect(() => changesOf(changelog, "1.0")).to.throw(
      'CHANGELOG.md has the sections ["1.1.0, unreleased","1.0.1","1.0.0"]; needed is "## 1.0": ' +
        "write what the version changes there.",
    );
  });

  it("links to the files of its tag", () => {
    const base = "https://forge.example/lab/edp-monitor/blob/v1.0.0";
    expect(withLinksTo(base, "[a](docs/a.md#b), [c](https://c.example), [d](#e)")).to.equal(
      `[a](${base}/docs/a.md#b), [c](https://c.example), [d](#e)`,
    );
  });
});
