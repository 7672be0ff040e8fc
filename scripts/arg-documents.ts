// What is written of every arg for people who do not read code, made of the table of args: the README's
// table and those of the consumers, Pulumi.yaml's block, and which args may be outputs.
import * as fs from "node:fs";
import * as path from "node:path";
import { format, resolveConfig } from "prettier";
import { stringify } from "yaml";
import { argTable } from "../components/args/edp-monitor-table";
import { subscriptionTable } from "../components/args/package-subscription-table";
import { quiltEngineTable } from "../components/args/quilt-engine-table";
import type { Arg, Kind } from "../components/args/arg";

const root = path.resolve(__dirname, "..");
const args = Object.entries<Arg>(argTable);
const tableInMarkdown = /^\| arg +\|.*?\n\n/ms;

/** The files that have something of it, by their paths from the root, as they should be. */
export async function argDocuments(): Promise<Map<string, string>> {
  const parts: [file: string, part: RegExp, made: string][] = [
    ["README.md", tableInMarkdown, markdownTable(args)],
    ["Pulumi.yaml", /^# Every value is an arg.*/ms, pulumiYaml()],
    ["docs/using.md", tableInMarkdown, markdownTable(Object.entries<Arg>(subscriptionTable))],
    ["docs/quilt.md", tableInMarkdown, markdownTable(Object.entries<Arg>(quiltEngineTable))],
    [
      "docs/using.md",
      /^An output of another resource may be given.*?(?=\n\n)/ms,
      outputsParagraph(),
    ],
  ];
  const documents = new Map<string, string>();
  for (const [file, part, made] of parts) {
    const text = documents.get(file) ?? fs.readFileSync(path.join(root, file), "utf8");
    if (!part.test(text)) throw new Error(`${file} has no place for the args, looked for ${part}`);
    const filepath = path.join(root, file);
    const whole = text.replace(part, () => made);
    documents.set(file, await format(whole, { ...(await resolveConfig(filepath)), filepath }));
  }
  return documents;
}

function markdownTable(table: typeof args): string {
  const rows = table.map(([name, { isRequired, default: value, otherwise, summary }]) => {
    const without = isRequired ? "required" : value === "" ? "empty" : (value ?? otherwise);
    return `| \`${name}\` | ${without as string | number | boolean} | ${summary} |`;
  });
  return ["| arg | default | what it is |", "| --- | --- | --- |", ...rows, "", ""].join("\n");
}

const types: Record<Kind, string> = {
  text: "string",
  secret: "string",
  number: "integer",
  flag: "boolean",
  list: "array",
  map: "object",
};

/** Keys without a default cannot be optional in Pulumi.yaml: they are only spoken of. */
function pulumiYaml(): string {
  const isDeclared = ({ isRequired, default: value }: Arg) => isRequired || value !== undefined;
  const declared = args.filter(([, arg]) => isDeclared(arg));
  const others = args.filter(([, arg]) => !isDeclared(arg));
  const config = declared.map(([name, { kind, default: value, summary }]) => [
    name,
    {
      type: types[kind],
      ...(value === undefined ? {} : { default: value }),
      description: plainText(summary),
    },
  ]);
  return [
    "# Every value is an arg of EdpMonitor, in components/args. Keys without a default cannot be optional here,",
    "# so these are not listed and can be set all the same:",
    "#",
    ...others.flatMap(([name, { summary }]) => commentOf(name, plainText(summary))),
    stringify({ config: Object.fromEntries(config) as object }, { lineWidth: 0 }),
  ].join("\n");
}

/** A name, and beside it a text in lines of 100 characters at most. */
function commentOf(name: string, text: string): string[] {
  const lines = text.match(/.{1,70}(?: |$)/g) ?? [];
  return lines.map((line, at) => `#   ${(at === 0 ? name : "").padEnd(25)} ${line.trim()}`);
}

/** A paragraph in lines as wide as the page's, which Prettier leaves as they are. */
function outputsParagraph(): string {
  const ofSubscription = Object.entries<Arg>(subscriptionTable);
  const text =
    `An output of another resource may be given for these args of a monitor: ${namesOf(args, true)}. ` +
    `Of a subscription it may be given for all but ${namesOf(ofSubscription, false)}.`;
  return (text.match(/.{1,118}(?: |$)/g) ?? []).map((line) => line.trim()).join("\n");
}

function namesOf(table: typeof args, areInputs: boolean): string {
  const names = table.filter(([, { isInput = false }]) => isInput === areInputs);
  return names
    .map(([name]) => `\`${name}\``)
    .join(", ")
    .replace(/, ([^,]+)$/, " and $1");
}

/** Markdown as plain text: a link is its words, code is in quotes; what only points elsewhere is left out. */
function plainText(markdown: string): string {
  const text = markdown
    .replace(/; see \[[^\]]+\]\([^)]+\)/g, "")
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll("`", '"');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
