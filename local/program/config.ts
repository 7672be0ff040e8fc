import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

/** What Pulumi's CLI hands a program: the project's defaults below the stack's own values. */
export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** Full keys (`edp-monitor:bucketName`); values as the CLI passes them, as strings. */
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
}

/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml of a folder as the CLI does.
 *
 * `overrides` are single values on top, by short or full key, as of `pulumi config set`; those of
 * `secretOverrides` count as set with `--secret`. An encrypted value cannot be read without the
 * stack's key, so it is replaced by a placeholder.
 * Throws when the stack has no file, or lacks a value that the project requires.
 */
export function readStackConfig(
  folder: string,
  stack: string,
  overrides: Record<string, string> = {},
  secretOverrides: Record<string, string> = {},
): StackConfig {
  const project = readYaml(path.join(folder, "Pulumi.yaml"));
  const name = String(project["name"]);
  const stackFile = path.join(folder, `Pulumi.${stack}.yaml`);
  if (!fs.existsSync(stackFile)) {
    throw new Error(`stack ${JSON.stringify(stack)} has no file Pulumi.${stack}.yaml in ${folder}`);
  }
  const full = (key: string) => (key.includes(":") ? key : `${name}:${key}`);
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  const required: string[] = [];

  for (const [key, declared] of Object.entries(record(project["config"]))) {
    const value = isRecord(declared) ? (declared["default"] ?? declared["value"]) : declared;
    if ((value ?? undefined) === undefined) required.push(full(key));
    else config[full(key)] = asText(value);
  }
  for (const [key, value] of Object.entries(record(readYaml(stackFile)["config"]))) {
    if (isRecord(value) && "secure" in value) {
      secretKeys.push(full(key));
      config[full(key)] = `local-${key.replace(/[^A-Za-z0-9]/g, "-")}`;
    } else config[full(key)] = asText(value);
  }
  for (const [key, value] of Object.entries(overrides)) config[full(key)] = value;
  for (const [key, value] of Object.entries(secretOverrides)) {
    config[full(key)] = value;
    secretKeys.push(full(key));
  }

  const missing = required.filter((key) => config[key] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `stack ${JSON.stringify(stack)} is missing ${missing.join(", ")}: ` +
        `set it with "pulumi config set" or, here, with --set`,
    );
  }
  return { project: name, stack, config, secretKeys };
}

function readYaml(file: string): Record<string, unknown> {
  return record(parse(fs.readFileSync(file, "utf8")));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
