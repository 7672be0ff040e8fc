import * as path from "node:path";
import type { Log } from "../log";
import type { Inputs, Resources, State } from "../resources";
import { lambdaEnvironment } from "./environment";
import { LocalFunction } from "./function";

/**
 * The body of a function: its bundle, with the environment, memory and time of the program. Rejects
 * with an InvocationError when it cannot be loaded.
 */
export async function createFunction(
  resources: Resources,
  name: string,
  inputs: Inputs,
): Promise<State> {
  const { region, log, speed, inspector } = resources.options;
  const code = await codeFolder(inputs["code"] as Archive);
  const { variables = {} } = (inputs["environment"] ?? {}) as {
    variables?: Record<string, string>;
  };
  const memoryMegabytes = Number(inputs["memorySize"]);
  const arn = resources.arn("lambda", `function:${name}`);
  const environmentOf = (values: Readonly<Record<string, string>>) =>
    lambdaEnvironment({
      name,
      region,
      // A role stands for its credentials, so that the endpoint knows whose policies count.
      accessKey: String(inputs["role"]).split("/").at(-1)!,
      code,
      handler: String(inputs["handler"]),
      memoryMegabytes,
      variables: values,
      speed,
      endpointUrl: resources.endpoint.url,
      database: resources.database,
      databasePort: resources.databasePort,
    });
  const isInspected = inspector !== undefined && name.endsWith(inspector.nameEnd);
  const spec = {
    name,
    code,
    environment: environmentOf(variables),
    memoryMegabytes,
    timeoutSeconds: Number(inputs["timeout"]),
    ...(isInspected ? { inspectorPort: inspector.port } : {}),
    onLine: (line: string) => log(logLineOf(name, line)),
  };
  const made = new LocalFunction(arn, spec, variables, environmentOf);
  resources.functions.set(name, made);
  if (isInspected) void inspector.stopped.then(() => made.stop());
  // What cannot even be loaded is said now, not at the first event.
  await made.load();
  return { name, arn };
}

/** The bundle's folder, or its files beside the user's certificates, which nobody needs here. */
interface Archive {
  readonly path?: string | Promise<string>;
  readonly assets?: Promise<Record<string, { path: string | Promise<string> }>>;
}

async function codeFolder(archive: Archive): Promise<string> {
  if (archive.path !== undefined) return archive.path;
  const assets = await archive.assets!;
  return path.dirname(await assets["index.js"]!.path);
}

/** Really invokes, while the program is evaluated; a failure fails the program. */
export async function createInvocation(resources: Resources, inputs: Inputs): Promise<State> {
  const target = resources.function(String(inputs["functionName"]));
  return { result: JSON.stringify(await target.invoke(JSON.parse(String(inputs["input"])))) };
}

/** Levels of the logger that are shown. */
const levels: Record<string, "warn" | "error" | undefined> = {
  WARN: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** A Lambda's line: JSON of its logger, or text of the runtime. */
function logLineOf(from: string, line: string): Parameters<Log>[0] {
  try {
    const { level } = JSON.parse(line) as { level?: string };
    return { level: levels[level ?? ""] ?? "info", from, text: line };
  } catch {
    return { level: /error/i.test(line) ? "error" : "info", from, text: line };
  }
}
