// The whole stack on this machine, for tests: the real program, the built bundles, a real PostgreSQL.
import { createRequire } from "node:module";
import * as path from "node:path";
import { LocalStack, readStackConfig, type LogLine } from "../local";
import type { LocalStackOptions } from "../local";
import { waitFor } from "./wait-for";

const root = path.resolve(__dirname, "..");
const load = createRequire(__filename);

/** What a listener of the topic reads. */
export interface Announced {
  readonly source: string;
  readonly "detail-type": string;
  readonly time: string;
  readonly resources: string[];
  readonly detail: {
    readonly prefix: string;
    readonly batchId: string;
    readonly sequence: number;
    readonly trigger: string;
    readonly held: boolean;
    readonly fileCount: number;
    readonly eventCount: number;
    readonly totalBytes: number;
  };
}

export interface TestStack {
  readonly stack: LocalStack;
  /** Everything that arrived at the topic, with the moment it did. */
  readonly announced: (Announced & { readonly at: number })[];
  readonly logs: LogLine[];
  /** Waits for the announcement of a prefix (and sequence). */
  announcement(prefix: string, sequence?: number): Promise<Announced & { readonly at: number }>;
  /** Uploads objects: their events go the way of S3's. */
  upload(...keys: string[]): void;
  stop(): Promise<void>;
}

/** Starts the stack `dev` with these values on top of its config. */
export async function startTestStack(
  config: Record<string, string> = {},
  options: Partial<LocalStackOptions> = {},
): Promise<TestStack> {
  const announced: TestStack["announced"] = [];
  const logs: LogLine[] = [];
  const stack = await LocalStack.start({
    stackConfig: readStackConfig(root, "dev", config),
    program: runProgram,
    log: (line) => logs.push(line),
    onMessage: (_topic, message) =>
      announced.push({ ...(JSON.parse(message) as Announced), at: Date.now() }),
    ...options,
  });
  return {
    stack,
    announced,
    logs,
    announcement: (prefix, sequence = 1) =>
      waitFor(`the announcement ${sequence} of ${prefix}`, () =>
        announced.find(({ detail }) => detail.prefix === prefix && detail.sequence === sequence),
      ),
    upload: (...keys) => {
      for (const key of keys) {
        stack.putObject({ bucket: "edp-monitor-dev", key, size: key.length, etag: "etag" });
      }
    },
    stop: () => stack.stop(),
  };
}

/** The program, evaluated anew: a module runs once otherwise. */
export function runProgram(): unknown {
  const program = load.resolve("../index");
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a module runs once otherwise
  delete load.cache[program];
  return load(program) as unknown;
}
