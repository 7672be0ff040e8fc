import { accountId, arnOf } from "./account";
import type { DatabaseServer } from "./database";
import { EventBus, type Rule } from "./events/bus";
import { kindsOf, PutEventsEndpoint } from "./events/put-events";
import type { LocalFunction } from "./lambda/function";
import type { Log } from "./log";
import { allows } from "./policies";
import type { EventSourceMapping } from "./queue/event-source-mapping";
import type { LocalQueue } from "./queue/queue";

/** What a resource is made with, and what its outputs are. */
export type Inputs = Readonly<Record<string, unknown>>;
export type State = Record<string, unknown>;

/** A debugger's door into a function: the one whose name ends so. */
export interface Inspector {
  readonly nameEnd: string;
  readonly port: number;
  /** Resolves when nobody is waited for any longer: the start would wait for ever. */
  readonly stopped: Promise<void>;
}

export interface ResourcesOptions {
  readonly region: string;
  /** For the database and the memory of schedules. */
  readonly folder: string;
  /** How many times as fast thresholds, schedules and queues run. */
  readonly speed: number;
  /** Whose processes wait for a debugger. */
  readonly inspector?: Inspector | undefined;
  readonly log: Log;
  /** What arrives at a topic. */
  readonly onMessage: (topic: string, message: string) => void;
}

/** The bodies made so far, by the names of their resources, and how they find each other. */
export class Resources {
  readonly options: ResourcesOptions;
  readonly queues = new Map<string, LocalQueue>();
  readonly functions = new Map<string, LocalFunction>();
  readonly rules = new Map<string, Rule>();
  readonly mappings: EventSourceMapping[] = [];
  readonly buses: EventBus[] = [];
  /** By ARN: the topic's name. */
  readonly topics = new Map<string, string>();
  /** By role name: the JSON of its policies. */
  readonly rolePolicies = new Map<string, string[]>();
  /** By function name: ARNs of the rules that may invoke it. */
  readonly invokers = new Map<string, string[]>();
  readonly endpoint: PutEventsEndpoint;
  database: DatabaseServer | undefined;
  /** Port that the program asks for it. */
  databasePort: number | undefined;
  /** What fails while everything is ended is no news. */
  isStopping = false;

  constructor(options: ResourcesOptions) {
    this.options = options;
    this.addBus("default");
    this.endpoint = new PutEventsEndpoint({
      findBus: (nameOrArn) => this.buses.find((bus) => [bus.name, bus.arn].includes(nameOrArn)),
      isAllowed: (role, bus, entries) => {
        const { sources, detailTypes } = kindsOf(entries);
        return allows(this.rolePolicies.get(role) ?? [], "events:PutEvents", bus.arn, {
          "events:source": sources,
          "events:detail-type": detailTypes,
        });
      },
      place: { account: accountId, region: options.region },
    });
  }

  addBus(name: string): EventBus {
    const bus = new EventBus(name, this.arn("events", `event-bus/${name}`));
    this.buses.push(bus);
    return bus;
  }

  /** By name or ARN. Throws when there is none, as the others do. */
  function(nameOrArn: string): LocalFunction {
    const isIt = ({ spec, arn }: LocalFunction) => [spec.name, arn].includes(nameOrArn);
    return found([...this.functions.values()].find(isIt), "function", nameOrArn);
  }

  /** By ARN or URL. */
  queue(arnOrUrl: string): LocalQueue {
    const isIt = ({ spec }: LocalQueue) => [spec.arn, spec.url].includes(arnOrUrl);
    return found([...this.queues.values()].find(isIt), "queue", arnOrUrl);
  }

  rule(name: string): Rule {
    return found(this.rules.get(name), "rule", name);
  }

  arn(service: string, resource: string): string {
    return arnOf(this.options.region, service, resource);
  }

  /** Says what failed, while that is news. */
  failed(name: string, error: unknown): void {
    if (this.isStopping) return;
    this.options.log({ level: "error", from: name, text: String(error) });
  }

  /** Ends everything: the queues' consumers, the Lambdas, the endpoint, the database. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const mappings = this.mappings.map((mapping) => mapping.stop());
    this.functions.forEach((lambda) => lambda.stop());
    await Promise.all(mappings);
    await this.endpoint.stop();
    await this.database?.stop();
  }
}

function found<T>(one: T | undefined, what: string, name: string): T {
  if (one === undefined) throw new Error(`there is no ${what} ${name} in the program`);
  return one;
}
