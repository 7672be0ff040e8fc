// The stack's config as args: beside index.ts the only file that knows Pulumi's config.
import * as pulumi from "@pulumi/pulumi";
import type { EdpMonitorArgs } from "./edp-monitor-args";
import { problemsOf, throwProblems, type GivenArgs } from "./validate-args";

type Kind = "text" | "number" | "flag" | "list" | "map" | "secret";

/** Every key of the stack's config is an arg of the component, and the other way round. */
const kinds: Record<keyof EdpMonitorArgs, Kind> = {
  bucketName: "text",
  vpcId: "text",
  subnetIds: "list",
  securityGroupId: "text",
  availabilityZones: "list",
  vpcCidrBlock: "text",
  bucketIgnorePrefixes: "text",
  bucketPrefixDepth: "number",
  bucketThresholdDuration: "number",
  bucketThresholdEventCount: "number",
  bucketThresholdMaxAge: "number",
  dbUser: "text",
  dbPassword: "secret",
  dbInstanceClass: "text",
  dbAllocatedStorage: "number",
  dbMaxAllocatedStorage: "number",
  dbMultiAz: "flag",
  dbDeletionProtection: "flag",
  dbBackupRetentionDays: "number",
  dbEngineVersion: "text",
  eventBusName: "text",
  topicKmsKeyArn: "text",
  alarmTopicArn: "text",
  alarmEmail: "text",
  ledgerRetentionDays: "number",
  logRetentionDays: "number",
  enableBucketNotifications: "flag",
  tags: "map",
};
const keys = Object.keys(kinds) as (keyof EdpMonitorArgs)[];

/**
 * Reads the args of the monitor from the stack's config. Throws one error that names every wrong
 * value and every key that nobody knows.
 */
export function argsFromStackConfig(): EdpMonitorArgs {
  const project = new pulumi.Config().name;
  const texts = configOf(project);
  const args: GivenArgs = {};
  for (const key of keys) {
    const text = texts.get(key);
    if (text !== undefined) args[key] = parse(kinds[key], text);
  }
  throwProblems([
    ...[...texts.keys()]
      .filter((key) => !(key in kinds))
      .map((key) => unknownKey(project, key, texts)),
    ...plainSecrets(project, texts),
    ...problemsOf(args),
  ]);
  for (const key of keys) {
    const text = kinds[key] === "secret" ? texts.get(key) : undefined;
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

/** A text that is not of its kind stays one, and the table of limits says what it should be. */
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

function plainSecrets(project: string, texts: Map<string, string>): string[] {
  return keys
    .filter((key) => kinds[key] === "secret" && texts.has(key))
    .filter((key) => !isSecret(`${project}:${key}`))
    .map(
      (key) =>
        `${key} is plain text, allowed is a secret: set it with pulumi config set --secret ${key}`,
    );
}

/** The SDK has this function, but not in its public types. */
function isSecret(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return runtime.isConfigSecret(key);
}

function unknownKey(project: string, key: string, texts: Map<string, string>): string {
  const nearest = keys.reduce((best, one) =>
    distance(key, one) < distance(key, best) ? one : best,
  );
  const text = texts.get(key)!;
  const hide = kinds[nearest] === "secret" || isSecret(`${project}:${key}`);
  const got = hide ? "set" : JSON.stringify(text);
  const value = hide
    ? ""
    : ` ${/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`;
  const secret = kinds[nearest] === "secret" ? "--secret " : "";
  const same = distance(key, nearest) <= nearest.length / 3 && !texts.has(nearest);
  const set = same ? ` && pulumi config set ${secret}${nearest}${value}` : "";
  return `${key} is ${got}, allowed are known keys alone, the nearest is ${nearest}: pulumi config rm ${key}${set}`;
}

/** Edits from one word to the other (Levenshtein), whatever the case. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1]!.toLowerCase() === to[j - 1]!.toLowerCase();
      next.push(Math.min(row[j - 1]! + (same ? 0 : 1), row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
