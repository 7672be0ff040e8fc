import { createRequire } from "node:module";
import * as fs from "node:fs";
import * as path from "node:path";
import { BucketFolder } from "./bucket-folder";
import { planDemo, writeDemo, type Demo } from "./demo";
import { OnReady } from "./on-ready";
import { onCommandLine, type Options } from "./options";
import { PageFeed, PageServer, stationsOf } from "./page";
import { inOtherWords, readStackConfig, type StackConfig } from "../local/program";
import { replay } from "./recorded";
import { freePort } from "../local/free-port";
import { LocalStack, type LocalStackOptions } from "../local/stack";
import type { Output, Stop } from "./terminal";
import { Announced, untilAnnounced } from "./until-announced";
import { Rejected, untilSettled } from "./until-settled";

const root = path.resolve(__dirname, "..");
const load = createRequire(__filename);

/** Evaluated anew each time: a module runs once otherwise. */
function runProgram(): unknown {
  const program = load.resolve("../index");
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- what Node.js offers for it
  delete load.cache[program];
  return load(program) as unknown;
}

/** Runs the stack until it is to stop, or with --once until there is nothing left; resolves with the exit code. */
export async function run(options: Options, output: Output, stop: Stop): Promise<number> {
  const stackConfig = configOf(options);
  const announced = new Announced();
  const rejected = new Rejected();
  const feed = new PageFeed();
  const onReady = options.onReady === undefined ? undefined : new OnReady(options.onReady, output);

  output.heading(`EDP Monitor, stack ${options.stack}, on this machine`);
  const inspector = await inspectorOf(options, stop);
  if (inspector) {
    output.line(`  ${options.inspect} waits for a debugger on 127.0.0.1:${inspector.port}`);
  }
  let resources = 0;
  const stack = await LocalStack.start({
    stackConfig,
    program: runProgram,
    speed: options.speed,
    inspector,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    log: (line) => {
      output.log(line);
      rejected.add(line);
      feed.log(line);
    },
    onResource: (type, name) => {
      resources++;
      const said = progress[type];
      if (said !== undefined) output.line(`  ${said} (${name})`);
    },
    onMessage: (_topic, message) => {
      output.announcement(message);
      for (let copy = options.twice ? 2 : 1; copy > 0; copy--) onReady?.hand(message);
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
  const { rule, queue, ingest } = stationsOf(stack);
  const patience = { ...stackConfig, ...options, output, stop };
  let page: PageServer | undefined;
  try {
    if (stop.isAsked) return 0;
    output.line(`  ${resources} resources of the program`);
    output.fact("bucket", options.events ?? relative(bucketDir));
    output.fact("events", stack.endpoint.url);
    output.fact("database", `${stack.database.host}:${stack.database.port}`);
    sayThresholds(output, stackConfig, options.speed);
    if (!options.once) {
      await feed.start(stack);
      page = await PageServer.start({
        stack,
        feed,
        bucket,
        speed: options.speed,
        project: stackConfig.project,
        ...(options.events === undefined ? { folder: bucketDir } : {}),
        ...(options.port === undefined ? {} : { port: options.port }),
      });
      output.fact("page", page.url);
    }
    if (options.events === undefined) {
      const demo = await playDemo(stack, folder, bucketDir, output);
      if (options.once) return await untilAnnounced(demo, announced, stack, patience);
      output.line(`Watching ${relative(bucketDir)}: copy files into it. Ctrl-C ends.`);
    } else {
      const retentionDays = Number(ingest.variables["LEDGER_RETENTION_DAYS"]);
      const recorded = { file: options.events, bucket, rule, retentionDays, now: options.now };
      const taken = await Promise.race([replay(stack, recorded, output), stop.asked]);
      if (options.once) {
        const code = await untilSettled(stack, queue, rejected, announced, patience);
        return taken === 0 ? 1 : code;
      }
      output.line("Ctrl-C ends.");
    }
    await stop.asked;
    return 0;
  } finally {
    if (stop.isAsked) onReady?.stop();
    await onReady?.end();
    await page?.stop();
    await feed.stop();
    await folder.stop();
    await stack.stop();
    // A reader of it that was left in the middle would keep the process.
    if (options.events === "-") process.stdin.destroy();
  }
}

/** Where editors look for Node.js programs, and chrome://inspect does. */
const usualInspectorPort = 9229;

async function inspectorOf(
  { inspect }: Options,
  { asked }: Stop,
): Promise<LocalStackOptions["inspector"]> {
  if (inspect === undefined) return undefined;
  const port = await freePort(usualInspectorPort);
  return { nameEnd: `-${inspect}`, port, stopped: asked };
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
  const count = value("bucketThresholdEventCount") ?? "20";
  const duration = value("bucketThresholdDuration") ?? "300";
  output.fact("a batch", `${count} object events, or ${duration} s of quiet`);
  if (speed === 1) return;
  const real = (Number(duration) / speed).toFixed(1);
  output.line(`  The clock runs ${speed} times as fast: ${duration} s of quiet take ${real} s.`);
  output.line("  Thresholds, schedules, queues and holding follow it; real work does not.");
}

/** Its files are there for as long as the stack, also when that is killed. */
async function playDemo(
  stack: LocalStack,
  folder: BucketFolder,
  bucketDir: string,
  output: Output,
): Promise<Demo> {
  const demo = planDemo(bucketDir);
  stack.removeAtEnd({
    files: demo.files.map(({ file }) => file),
    folders: [...demo.folders, ...(fs.existsSync(bucketDir) ? [] : [bucketDir])],
  });
  await folder.start();
  writeDemo(demo);
  output.line();
  output.line(`Demo: ${demo.files.length} files in ${demo.prefixes.join(" and ")}`);
  return demo;
}

function relative(folder: string): string {
  const text = path.relative(process.cwd(), folder);
  return `${text.startsWith("..") ? folder : text}/`;
}
