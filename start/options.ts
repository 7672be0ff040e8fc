import { parseArgs } from "node:util";
import { typed, type Change } from "../local/program";

/** What `npm start -- …` was asked for. */
export interface Options {
  readonly once: boolean;
  readonly help: boolean;
  readonly verbose: boolean;
  /** Only announcements, as JSON, on standard output. */
  readonly json: boolean;
  /** A command of the shell that gets each announcement. */
  readonly onReady?: string;
  /** Hands it each one twice. */
  readonly twice: boolean;
  /** Takes recorded events as if they were of now. */
  readonly now: boolean;
  readonly stack: string;
  readonly set: Record<string, string>;
  readonly bucketDir: string;
  readonly events?: string;
  readonly dataDir?: string;
  readonly speed: number;
  /** Of the live page. */
  readonly port?: number;
  /** The Lambda to debug. */
  readonly inspect?: string;
}

const lambdas = ["ingest", "emitter", "migration"];

export const usage = `npm start -- [options]

  --once             end after the demo's announcements, or when every recorded
                     event is counted and announced
  --json             print announcements as JSON, one a line, and nothing else
                     on standard output
  --on-ready COMMAND run it for each announcement, which it reads as JSON on its
                     standard input
  --twice            run it twice for each, as EventBridge may deliver a copy
  --stack NAME       stack to run (default: dev, from Pulumi.dev.yaml)
  --set KEY=VALUE    override a value of its config; repeat for more
  --bucket-dir DIR   folder that stands for the bucket (default: local-bucket)
  --events FILE      recorded S3 events, instead of the folder and the demo;
                     - reads standard input
  --now              take recorded events as if they had just happened
  --data-dir DIR     keep the database between runs (default: temporary)
  --speed N          run the clock of thresholds and schedules N times as fast
  --port N           port of the live page (default: 7373, or a free one)
  --inspect LAMBDA   have it wait for a debugger, without a time limit: ingest,
                     emitter or migration
  --verbose          show every log line of the Lambdas
  --help             this text`;

/** A mistake of the user's: shown without a stack trace. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line. Throws a UsageError that says what is wrong, and what is allowed. */
export function parseOptions(args: string[]): Options {
  const { values, positionals } = parse(args);
  if (positionals.length > 0) throw wrong(`argument ${JSON.stringify(positionals[0])} is unknown`);
  const speed = Number(values.speed ?? 1);
  if (!(speed >= 1 && speed <= 1000)) {
    throw wrong(`--speed is ${JSON.stringify(values.speed)}, allowed is a number from 1 to 1000`);
  }
  for (const [flag, needed] of [
    ["twice", "on-ready"],
    ["now", "events"],
  ] as const) {
    if (values[flag] && values[needed] === undefined) {
      throw wrong(`--${flag} says something about --${needed}, which is missing`);
    }
  }
  const port = values.port === undefined ? undefined : Number(values.port || NaN);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw wrong(
      `--port is ${JSON.stringify(values.port)}, allowed is a number from 0 (any free one) to 65535`,
    );
  }
  const { inspect } = values;
  if (inspect !== undefined && !lambdas.includes(inspect)) {
    throw wrong(`--inspect is ${JSON.stringify(inspect)}, allowed are ${lambdas.join(", ")}`);
  }
  return {
    once: values.once ?? false,
    help: values.help ?? false,
    verbose: values.verbose ?? false,
    json: values.json ?? false,
    ...(values["on-ready"] === undefined ? {} : { onReady: values["on-ready"] }),
    twice: values.twice ?? false,
    now: values.now ?? false,
    stack: values.stack ?? "dev",
    set: Object.fromEntries((values.set ?? []).map(keyAndValue)),
    bucketDir: values["bucket-dir"] ?? "local-bucket",
    ...(values.events === undefined ? {} : { events: values.events }),
    ...(values["data-dir"] === undefined ? {} : { dataDir: values["data-dir"] }),
    speed,
    ...(port === undefined ? {} : { port }),
    ...(inspect === undefined ? {} : { inspect }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        once: { type: "boolean" },
        help: { type: "boolean" },
        verbose: { type: "boolean" },
        json: { type: "boolean" },
        "on-ready": { type: "string" },
        twice: { type: "boolean" },
        now: { type: "boolean" },
        stack: { type: "string" },
        set: { type: "string", multiple: true },
        "bucket-dir": { type: "string" },
        events: { type: "string" },
        "data-dir": { type: "string" },
        speed: { type: "string" },
        port: { type: "string" },
        inspect: { type: "string" },
      },
    });
  } catch (error) {
    throw wrong((error as Error).message.replace(/\. To specify a positional.*$/s, ""));
  }
}

/** How a value of the config is mended from here: whatever the stack's file says, `--set` is stronger. */
export function onCommandLine({ stack, set }: Options): (change: Change) => string {
  return ({ arg, value, isSecret = false }) => {
    const isSet = Object.keys(set).some((key) => key.split(":").at(-1) === arg);
    if (isSecret) return `npm start -- --set ${arg}=...`;
    if (value === undefined) {
      return isSet ? `leave --set ${arg} out` : `take ${arg} out of Pulumi.${stack}.yaml`;
    }
    return `npm start -- --set ${quoted(`${arg}=${typed(value)}`)}`;
  };
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:,=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw wrong(`--set is ${JSON.stringify(text)}, allowed is KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function wrong(message: string): UsageError {
  return new UsageError(`${message}\n\n${usage}`);
}
