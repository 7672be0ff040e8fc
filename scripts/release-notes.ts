// Says whether a tag may be released, and prints what the changelog says of it:
// `npx tsx scripts/release-notes.ts v0.1.0`.
import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import { root } from "./dist";

const manifests = ["package.json", "plugin/package.json"];

/** The version that a tag stands for. */
export function versionOf(tag: string): string {
  const [, version] = /^v((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2})$/.exec(tag) ?? [];
  if (version !== undefined) return version;
  throw new Error(
    `The tag is ${JSON.stringify(tag)}; allowed is "v" and three numbers, such as "v1.2.3": ` +
      "delete it, and tag the same commit with the version of package.json.",
  );
}

/**
 * Throws when a manifest has another version than the tag.
 * @param versions What each file says its version is
 */
export function checkVersions(version: string, versions: Readonly<Record<string, unknown>>): void {
  const wrong = Object.entries(versions)
    .filter(([, its]) => its !== version)
    .map(([file, its]) => `${file} has the version ${JSON.stringify(its ?? null)}`);
  if (wrong.length === 0) return;
  throw new Error(
    `${wrong.join(", and ")}; allowed is ${JSON.stringify(version)}, as in the tag: ` +
      "set the version there and tag that commit, or tag with the version that is there.",
  );
}

/**
 * Throws when package.json names another repository than the one that releases: npm compares the two
 * when it publishes with provenance.
 */
export function checkRepository(given: unknown, repository: string): void {
  const url = typeof given === "object" && given !== null && "url" in given ? given.url : given;
  const named = typeof url === "string" ? url.toLowerCase().replace(/\.git$/, "") : "";
  const isSame = ["/", ":"].some((before) => named.endsWith(before + repository.toLowerCase()));
  if (isSame) return;
  throw new Error(
    `package.json has the repository ${JSON.stringify(given ?? null)}; needed is the one that releases, ` +
      `"github:${repository}": set it, and bugs and homepage with it, and tag that commit.`,
  );
}

/** What the changelog says of a version, without the heading. */
export function changesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const headings = sections.map((section) => section.split("\n", 1)[0]!.trim());
  const at = headings.findIndex((heading) => heading.split(/[\s,]/, 1)[0] === version);
  if (at < 0) {
    throw new Error(
      `CHANGELOG.md has the sections ${JSON.stringify(headings)}; needed is "## ${version}": ` +
        "write what the version changes there.",
    );
  }
  if (/unreleased/i.test(headings[at]!)) {
    throw new Error(
      `CHANGELOG.md has the section "## ${headings[at]!}"; allowed is "## ${version}", ` +
        "or that with a date: take the word away, and tag that commit.",
    );
  }
  const changes = sections[at]!.slice(sections[at]!.indexOf("\n") + 1).trim();
  if (changes !== "") return changes;
  throw new Error(
    `The section "## ${version}" of CHANGELOG.md is empty: write what the version changes there.`,
  );
}

/** Links to files of the repository, as they have to be where the text is read elsewhere. */
export function withLinksTo(base: string, markdown: string): string {
  return markdown.replace(/\]\((?![a-z]+:|#)([^)\s]+)\)/g, `](${base}/$1)`);
}

async function main(): Promise<void> {
  const [tag = ""] = process.argv.slice(2);
  const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
  const version = versionOf(tag);
  const versions = manifests.map((file): [string, unknown] => [
    file,
    (JSON.parse(read(file)) as { version?: unknown }).version,
  ]);
  checkVersions(version, Object.fromEntries(versions));
  let changes = changesOf(read("CHANGELOG.md"), version);
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  if (server !== undefined && repository !== undefined) {
    const { repository: given } = JSON.parse(read("package.json")) as { repository?: unknown };
    checkRepository(given, repository);
    changes = withLinksTo(`${server}/${repository}/blob/${tag}`, changes);
  }
  // A release shows every end of a line.
  const options = { parser: "markdown", proseWrap: "never" } as const;
  process.stdout.write(await prettier.format(changes, options));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
