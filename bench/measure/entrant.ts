import { runtimeRole } from "../../functions/contract";
import {
  master,
  password,
  testDatabase,
  testServer,
  type TestDatabase,
} from "../../support/postgres";
import type { ContenderAccess, ContenderName, Workload } from "../contenders/contender";
import { prefixNumberOf } from "../contenders/messages";
import { Remote } from "../contenders/remote";

export interface EntrantOptions {
  readonly contender: ContenderName;
  /** What comes in per round; split over the processes. */
  readonly workload: Omit<Workload, "from">;
  /** Processes at once, as Lambda's containers. @default 1 */
  readonly processes?: number;
  /** Whether each process has prefixes of its own, as many as the workload says. @default false */
  readonly ownPrefixes?: boolean;
  /** Connections of each process, for contenders that take many. @default 1 */
  readonly connections?: number;
  /** Object events of a prefix that close its batch. @default 20, the product's own */
  readonly eventCount?: number;
  /** Not the entrant's own: more than one may store in it, and who made it drops it. */
  readonly database?: TestDatabase;
  /** Number of its first object event, where a database is shared. @default 0 */
  readonly firstEvent?: number;
}

/** What one round gave. */
export interface Round {
  readonly eventsPerSecond: number;
  readonly invocationsMs: readonly number[];
}

/** One line of a comparison: a contender with its database, its processes and its workload. */
export class Entrant {
  readonly database: TestDatabase;
  readonly #options: EntrantOptions;
  readonly #processes: readonly Remote[];
  #sent = 0;
  readonly #prefixes = new Set<number>();

  private constructor(
    options: EntrantOptions,
    database: TestDatabase,
    processes: readonly Remote[],
  ) {
    this.#options = options;
    this.database = database;
    this.#processes = processes;
  }

  static async start(options: EntrantOptions): Promise<Entrant> {
    const { contender, processes = 1, connections = 1, eventCount = 20 } = options;
    const { host, port, caFile } = await testServer();
    const database = options.database ?? (await testDatabase());
    const access: ContenderAccess = {
      host,
      port,
      database: database.name,
      user: runtimeRole,
      caFile,
      connections,
      eventCount,
      master: { user: master, password },
    };
    await stayAwake(database);
    return new Entrant(
      options,
      database,
      Array.from({ length: processes }, () => new Remote(contender, access)),
    );
  }

  /** Object events that were sent to it so far. */
  get sent(): number {
    return this.#sent;
  }

  /** How many prefixes these were of: a few rounds do not meet all of them. */
  get prefixes(): number {
    return this.#prefixes.size;
  }

  async round(from: number): Promise<Round> {
    const { workload, firstEvent = 0, ownPrefixes } = this.#options;
    const batches = Math.ceil(workload.batches / this.#processes.length);
    const events = batches * workload.batchSize;
    await Promise.all(
      this.#processes.map((remote, i) =>
        remote.prepare({
          ...workload,
          batches,
          ...(ownPrefixes && { firstPrefix: i * workload.prefixes }),
          from: firstEvent + from + i * events,
        }),
      ),
    );
    const results = await Promise.all(this.#processes.map((remote) => remote.run()));
    const sent = events * this.#processes.length;
    for (let i = 0; i < sent; i++) {
      this.#prefixes.add(prefixNumberOf(firstEvent + from + i, workload.prefixes));
    }
    this.#sent += sent;
    const perInvocation = workload.batchSize * 1000;
    return {
      eventsPerSecond: results
        .map(({ ms, invocationsMs }) => (invocationsMs.length * perInvocation) / ms)
        .reduce((sum, rate) => sum + rate),
      invocationsMs: results.flatMap(({ invocationsMs }) => invocationsMs),
    };
  }

  async end(): Promise<void> {
    for (const remote of this.#processes) remote.end();
    if (!this.#options.database) await this.database.drop();
  }
}

/** Under load an emitter is awake: ingest sees its lease, and wakes nobody. */
async function stayAwake(database: TestDatabase): Promise<void> {
  await database.query(
    "update edp.pipeline set lease_owner = gen_random_uuid(), lease_until = now() + interval '1 day'",
  );
}

/** Rounds of one entrant after the other, in turns that begin with another one each time. */
export async function takeTurns<Name extends string>(
  entrants: Readonly<Record<Name, Entrant>>,
  rounds: number,
  warmUps: number,
  log: (text: string) => void,
  /** Turns that these entrants have taken before. */
  before = 0,
): Promise<Record<Name, Round[]>> {
  const names = Object.keys(entrants) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Round[]
  >;
  for (let number = -warmUps; number < rounds; number++) {
    log(number < 0 ? "warming up" : `round ${number + 1} of ${rounds}`);
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + number + warmUps) % names.length]!;
      // Far apart: an entrant's rounds never share an object event, whatever their size.
      const round = await entrants[name].round((before + number + warmUps) * 1_000_000);
      if (number >= 0) taken[name].push(round);
    }
  }
  return taken;
}
