// The stack's config as args: beside index.ts the only file that knows Pulumi's config.
import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "./arg";
import { edpMonitorAllowed } from "./edp-monitor-allowed";
import type { EdpMonitorArgs } from "./edp-monitor-args";
import { throwProblems, type Change, type Problem, type Words } from "./problem";
import { listed, problemsOf, unknownArg, type Given } from "./validate";

const { component, args: table } = edpMonitorAllowed;

/**
 * Reads the args of the monitor from the stack's config. Throws one error that names every wrong
 * value and every key that nobody knows.
 */
export function argsFromStackConfig(): EdpMonitorArgs {
  const project = new pulumi.Config().name;
  const texts = configOf(project);
  const args: Given<EdpMonitorArgs> = {};
  for (const [key, { kind }] of listed(table)) {
    const text = texts.get(key);
    if (text !== undefined) args[key] = parse(kind, text);
  }
  const unknown = [...texts].filter(([key]) => !Object.hasOwn(table, key));
  throwProblems(
    component,
    [
      ...unknown.map(([key, text]) => unknownKey(project, key, text, texts)),
      ...plainSecrets(project, texts),
      ...problemsOf(edpMonitorAllowed, args),
    ],
    inStackConfig,
  );
  for (const [key, { kind }] of listed(table)) {
    const text = kind === "secret" ? texts.get(key) : undefined;
    if (text !== undefined) args[key] = pulumi.secret(text);
  }
  return args as unknown as EdpMonitorArgs;
}

/** The project's own values, by their short keys, as the CLI hands them over: as texts. */
function configOf(project: string): Map<string, string> {
  const own = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, text]) => [key.slice(project.length + 1), text] as const);
  return new Map(own);
}

/** A text that is not of its kind stays one, and the table of args says what it should be. */
function parse(kind: Kind, text: string): unknown {
  switch (kind) {
    case "text":
    case "secret":
      return text;
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case "flag":
      return text === "true" || text === "false" ? text === "true" : text;
    case "list":
      return text.startsWith("[") ? parseJson(text) : text.split(",").map((item) => item.trim());
    case "map":
      return parseJson(text);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function plainSecrets(project: string, texts: Map<string, string>): Problem[] {
  return listed(table)
    .filter(([key, { kind }]) => kind === "secret" && texts.has(key))
    .filter(([key]) => !isSecret(`${project}:${key}`))
    .map(([key]) => ({
      says: `${key} is plain text, allowed is a secret`,
      mend: [{ arg: key, isSecret: true }],
    }));
}

/** The SDK has this function, but not in its public types. */
function isSecret(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return runtime.isConfigSecret(key);
}

/** A secret under a wrong name is not shown either. */
function unknownKey(
  project: string,
  key: string,
  text: string,
  texts: Map<string, string>,
): Problem {
  const problem = unknownArg(edpMonitorAllowed, key, text, [...texts.keys()]);
  if (!isSecret(`${project}:${key}`)) return problem;
  return {
    says: problem.says.replace(JSON.stringify(text), "set"),
    mend: problem.mend.map(({ arg }) => (arg === key ? { arg } : { arg, isSecret: true })),
  };
}

/** For who has the stack's config before them. */
export const inStackConfig: Words = {
  change: ({ arg, value, file, isSecret: hidden = false }: Change) => {
    if (hidden) return `pulumi config set --secret ${arg}`;
    // A text that begins with a hyphen would be taken for a flag.
    if (file !== undefined) return `pulumi config set --plaintext ${arg} < ${file}`;
    return value === undefined
      ? `pulumi config rm ${arg}`
      : `pulumi config set ${arg} ${quoted(textOf(value))}`;
  },
  and: " && ",
};

/** As `parse` reads it. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const isTexts = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isTexts ? value.join(",") : JSON.stringify(value);
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:,@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
