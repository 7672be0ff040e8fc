import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localProvider, type Transform } from "./bodies";
import { busEvent, type BusEvent, type EventBus, type Rule } from "./events/bus";
import { Schedule } from "./events/schedule";
import { accountId } from "./account";
import { cleanUpLeftover, foldersOfStacks, Guard, type NotToStay } from "./guard";
import type { LocalFunction } from "./lambda/function";
import type { Log, LogLine } from "./log";
import { objectCreated, type WrittenObject } from "./object-created";
import {
  evaluate,
  withMemory,
  withoutSecrets,
  type Graph,
  type GraphNode,
  type StackConfig,
} from "./program";
import type { LocalQueue } from "./queue/queue";
import { Resources, type Inputs, type Inspector } from "./resources";

export interface LocalStackOptions {
  readonly stackConfig: StackConfig;
  /** Registers the resources: what `pulumi up` would run. */
  readonly program: () => unknown;
  /** Kept between runs when given. @default - a temporary folder, removed at the end */
  readonly dataDir?: string;
  /** How many times as fast thresholds, schedules and queues run. @default 1 */
  readonly speed?: number;
  /** A function that is debugged: the start and its calls wait for a debugger. @default - none */
  readonly inspector?: Inspector | undefined;
  /** @default - nobody listens */
  readonly log?: Log;
  /** What arrives at the topics. @default - nobody listens */
  readonly onMessage?: (topic: string, message: string) => void;
  /** Called for every resource that the program makes. @default - nobody listens */
  readonly onResource?: (type: string, name: string) => void;
  /** For tests: what a resource is made with. @default - what the program says */
  readonly transform?: Transform;
}

/** Values by their full keys; undefined: none any more. */
export type ConfigChange = Readonly<Record<string, string | undefined>>;

/** The program's stack, running on this machine. */
export class LocalStack {
  readonly graph: Graph;
  readonly region: string;
  readonly #resources: Resources;
  readonly #schedules: Schedule[];
  readonly #update: (change: ConfigChange) => Promise<ReadonlyMap<string, Record<string, string>>>;
  readonly #guard: Guard;
  #updated: Promise<unknown> = Promise.resolve();

  private constructor(
    graph: Graph,
    region: string,
    resources: Resources,
    schedules: Schedule[],
    update: (change: ConfigChange) => Promise<ReadonlyMap<string, Record<string, string>>>,
    guard: Guard,
  ) {
    this.graph = graph;
    this.region = region;
    this.#resources = resources;
    this.#schedules = schedules;
    this.#update = update;
    this.#guard = guard;
  }

  /** Evaluates the program, gives its resources their bodies, and starts schedules and queues. */
  static async start(options: LocalStackOptions): Promise<LocalStack> {
    const { stackConfig, program, dataDir, speed = 1 } = options;
    const folder = await folderOf(dataDir);
    const guard = await Guard.start(folder, { temporary: dataDir === undefined });
    const region = stackConfig.config["aws:region"] ?? "eu-west-1";
    const log = options.log ?? (() => undefined);
    const resources = new Resources({
      region,
      folder,
      speed,
      inspector: options.inspector,
      log,
      onMessage: options.onMessage ?? (() => undefined),
    });
    const provider = withMemory(
      localProvider(resources, (type, name, inputs) => {
        options.onResource?.(type, name);
        return options.transform?.(type, name, inputs) ?? inputs;
      }),
    );
    try {
      await resources.endpoint.start();
      const graph = await evaluate(stackConfig, provider, program);
      graph.logs.forEach((line) => log(logLineOf(line)));
      resources.mappings.forEach((mapping) => mapping.start());
      const schedules = [...resources.rules.values()]
        .filter(({ scheduleExpression }) => scheduleExpression !== undefined)
        .map(
          (rule) =>
            new Schedule(rule, {
              speed,
              place: { account: accountId, region },
              memoryFile: path.join(folder, `${rule.name}.last`),
            }),
        );
      schedules.forEach((schedule) => schedule.start());
      let current = stackConfig;
      const update = async (change: ConfigChange) => {
        const entries = Object.entries({ ...current.config, ...change });
        const config = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
        const changed = { ...stackConfig, config: Object.fromEntries(config) };
        const { nodes, logs } = await evaluate(changed, provider.known, program);
        logs.forEach((line) => log(logLineOf(line)));
        current = changed;
        return variablesOf(nodes, options.transform);
      };
      return new LocalStack(graph, region, resources, schedules, update, guard);
    } catch (error) {
      await resources.stop();
      await guard.end();
      throw error;
    }
  }

  /** The default bus: where S3's events go. */
  get defaultBus(): EventBus {
    return this.#resources.buses[0]!;
  }

  /** Puts an event of an AWS service on the default bus. */
  put(fields: Parameters<typeof busEvent>[0]): BusEvent {
    const event = busEvent(fields, { account: accountId, region: this.region });
    this.defaultBus.put(event);
    return event;
  }

  /** Puts the event of a written object on the default bus, as S3 does. */
  putObject(object: WrittenObject): void {
    this.defaultBus.put(objectCreated(object, { account: accountId, region: this.region }));
  }

  /**
   * As `pulumi config set` (undefined: `rm`; full keys) and `pulumi up`: evaluates the program anew and
   * gives the functions their new environment. Rejects with the program's words, or when the change
   * would need more than that; then nothing is changed.
   */
  update(change: ConfigChange): Promise<void> {
    const updated = this.#updated.then(async () => {
      for (const [name, variables] of await this.#update(change)) {
        this.lambda(name).configure(variables);
      }
    });
    this.#updated = updated.catch(() => undefined);
    return updated;
  }

  get endpoint() {
    return this.#resources.endpoint;
  }

  /** The database. Throws when the program has none. */
  get database() {
    if (!this.#resources.database) throw new Error("the program has no database");
    return this.#resources.database;
  }

  /** A queue by its name in the program. */
  queue(name: string): LocalQueue {
    return found(this.#resources.queues, name, "queue");
  }

  /** A function by its name in the program. */
  lambda(name: string): LocalFunction {
    return found(this.#resources.functions, name, "function");
  }

  get queues(): ReadonlyMap<string, LocalQueue> {
    return this.#resources.queues;
  }

  get lambdas(): ReadonlyMap<string, LocalFunction> {
    return this.#resources.functions;
  }

  get rules(): ReadonlyMap<string, Rule> {
    return this.#resources.rules;
  }

  /** Ends everything: schedules first, then the queues' consumers, the Lambdas, the database. */
  async stop(): Promise<void> {
    await this.#settle();
    this.#schedules.forEach((schedule) => schedule.stop());
    await this.#resources.stop();
    await this.#guard.end();
  }

  /** What the end removes, however it comes; to be said before it is made. */
  removeAtEnd(notToStay: Pick<NotToStay, "files" | "folders">): void {
    this.#guard.removeAtEnd(notToStay);
  }

  /** An emitter that has just published notes that: cut off, it would publish again next time. */
  async #settle(): Promise<void> {
    const until = Date.now() + settleMs;
    const isBusy = () => [...this.#resources.functions.values()].some(({ running }) => running > 0);
    while (isBusy() && Date.now() < until) await sleep(20);
  }
}

/** What the program says, as `pulumi up` would show it. */
function logLineOf({ severity, message }: Graph["logs"][number]): LogLine {
  return { level: severity === "warning" ? "warn" : severity, from: "program", text: message };
}

const temporaryFolders = path.join(os.tmpdir(), "edp-monitor-");

/** The folder of a new stack, free of what a killed one left. Throws when another stack uses it. */
async function folderOf(dataDir: string | undefined): Promise<string> {
  for (const folder of foldersOfStacks(temporaryFolders)) await cleanUpLeftover(folder);
  if (dataDir === undefined) {
    const folder = fs.mkdtempSync(temporaryFolders);
    // PostgreSQL may have to run as another user, who has to get there.
    fs.chmodSync(folder, 0o755);
    return folder;
  }
  const folder = path.resolve(dataDir);
  fs.mkdirSync(folder, { recursive: true });
  if ((await cleanUpLeftover(folder)) === "guarded") {
    throw new Error(
      `${folder} is used by another npm start: end that, or choose another --data-dir`,
    );
  }
  return folder;
}

/** By name of the function: its environment in the program. */
function variablesOf(
  nodes: readonly GraphNode[],
  transform: Transform = (_type, _name, inputs) => inputs,
): Map<string, Record<string, string>> {
  const functions = nodes.filter(({ type }) => type === "aws:lambda/function:Function");
  return new Map(
    functions.map(({ type, name, inputs }) => {
      const made = transform(type, name, withoutSecrets(inputs) as Inputs);
      const { variables = {} } = (made["environment"] ?? {}) as {
        variables?: Record<string, string>;
      };
      return [name, variables];
    }),
  );
}

/** A moment for the Lambdas that are at work to note what they did. */
const settleMs = 500;

function found<T>(all: ReadonlyMap<string, T>, name: string, what: string): T {
  const one = all.get(name);
  if (!one) throw new Error(`there is no ${what} ${name}, there are ${[...all.keys()].join(", ")}`);
  return one;
}
