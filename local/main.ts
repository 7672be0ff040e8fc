// The stack without AWS: `npm start`.
import { createRequire } from "node:module";
import * as path from "node:path";
import { BucketFolder } from "./bucket-folder";
import { playDemo } from "./demo";
import { onCommandLine, parseOptions, usage, UsageError, type Options } from "./options";
import { Output } from "./output";
import { PageFeed, PageServer } from "./page";
import { inOtherWords, readStackConfig, type StackConfig } from "./program";
import { readRecordedEvents } from "./recorded-events";
import { LocalStack } from "./stack";
import { Announced, untilAnnounced } from "./until-announced";

const root = path.resolve(__dirname, "..");
const load = createRequire(__filename);

/** Evaluated anew each time: a module runs once otherwise. */
function runProgram(): unknown {
  const program = load.resolve("../index");
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- what Node.js offers for it
  delete load.cache[program];
  return load(program) as unknown;
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const output = new Output(process.stdout, options.verbose);
  const stackConfig = configOf(options);
  const announced = new Announced();
  const feed = new PageFeed();
  const stopped = untilStopped();

  output.heading(`EDP Monitor, stack ${options.stack}, on this machine`);
  let resources = 0;
  const stack = await LocalStack.start({
    stackConfig,
    program: runProgram,
    speed: options.speed,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    log: (line) => {
      output.log(line);
      feed.log(line);
    },
    onResource: (type, name) => {
      resources++;
      const said = progress[type];
      if (said !== undefined) output.line(`  ${said} (${name})`);
    },
    onMessage: (_topic, message) => {
      output.announcement(message);
      announced.add(message);
      feed.announced(message);
    },
  }).catch((error: unknown) => {
    throw inOtherWords(error, onCommandLine(options));
  });
  const bucketDir = path.resolve(options.bucketDir);
  const bucket = String(stackConfig.config[`${stackConfig.project}:bucketName`]);
  const folder = new BucketFolder({
    folder: bucketDir,
    onWritten: (file) => stack.putObject({ bucket, ...file }),
    onError: (error) => output.problem(`${relative(bucketDir)}: ${error.message}`),
  });
  let page: PageServer | undefined;
  try {
    output.line(`  ${resources} resources of the program`);
    output.fact("bucket", options.events === undefined ? relative(bucketDir) : options.events);
    output.fact("events", stack.endpoint.url);
    output.fact("database", `${stack.database.host}:${stack.database.port}`);
    sayThresholds(output, stackConfig, options.speed);
    if (!options.once) {
      await feed.start(stack);
      page = await PageServer.start({
        ...{ stack, feed, bucket, speed: options.speed, project: stackConfig.project },
        ...(options.events === undefined ? { folder: bucketDir } : {}),
        ...(options.port === undefined ? {} : { port: options.port }),
      });
      output.fact("page", page.url);
    }
    if (options.events !== undefined) await replay(options.events, stack, output);
    else await folder.start();

    if (options.events === undefined) {
      const demo = playDemo(bucketDir);
      output.line();
      output.line(`Demo: ${demo.files} files in ${demo.prefixes.join(" and ")}`);
      if (options.once) {
        return await untilAnnounced(demo, announced, stack, stackConfig, options, output, stopped);
      }
      output.line(`Watching ${relative(bucketDir)}: copy files into it. Ctrl-C ends.`);
    } else output.line("Ctrl-C ends.");
    await stopped;
    output.line();
    output.line("Shutting down.");
    return 0;
  } finally {
    await page?.stop();
    await feed.stop();
    await folder.stop();
    await stack.stop();
  }
}

/** What is said while the program is evaluated, by type of resource. */
const progress: Record<string, string> = {
  "aws:rds/instance:Instance": "PostgreSQL starts",
  "aws:lambda/invocation:Invocation": "migration runs",
  "aws:lambda/eventSourceMapping:EventSourceMapping": "ingest is connected to its queue",
};

function configOf({ stack, set }: Options): StackConfig {
  // As `pulumi config set --secret`: what is typed here is stored nowhere.
  const isSecret = ([key]: [string, string]) => /(^|:)dbPassword$/.test(key);
  const entries = Object.entries(set);
  return readStackConfig(
    root,
    stack,
    Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    Object.fromEntries(entries.filter(isSecret)),
  );
}

function sayThresholds(output: Output, { project, config }: StackConfig, speed: number): void {
  const value = (key: string) => config[`${project}:${key}`];
  const count = value("bucketThresholdEventCount") ?? "?";
  const duration = value("bucketThresholdDuration") ?? "?";
  output.fact("a batch", `${count} object events, or ${duration} s of quiet`);
  if (speed === 1) return;
  const real = (Number(duration) / speed).toFixed(1);
  output.line(`  The clock runs ${speed} times as fast: ${duration} s of quiet take ${real} s.`);
  output.line("  Thresholds, schedules, queues and holding follow it; real work does not.");
}

async function replay(file: string, stack: LocalStack, output: Output): Promise<void> {
  const events = await readRecordedEvents(
    file,
    (event) => stack.put(event),
    (line, problem) => output.problem(`${file}, line ${line} ${problem}: skipped`),
  );
  output.line(`  ${events} recorded events were put on the bus`);
}

/** Resolves at the first Ctrl-C; the second ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

function relative(folder: string): string {
  const text = path.relative(process.cwd(), folder);
  return `${text.startsWith("..") ? folder : text}/`;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    const message = error instanceof Error ? error.message : String(error);
    console.error(isUsage ? message : `EDP Monitor did not start:\n${message}`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
