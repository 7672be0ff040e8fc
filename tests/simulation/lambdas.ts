import { parseIgnorePatterns } from "../../functions/contract";
import { Connection } from "../../functions/database";
import { databasePort } from "../../functions/emitter/database-port";
import { emit } from "../../functions/emitter/emit";
import type { PutEvents } from "../../functions/emitter/publish";
import { Receiver } from "../../functions/ingest/receive";
import type { HeartbeatRules } from "./heartbeat-model";
import type { Rules } from "./model";
import { Process, type Calls } from "./process";
import type { Message } from "./queue";
import type { SimulatedServer } from "./server";
import type { World } from "./world";

export interface LambdaRules {
  readonly ingestTimeoutMs: number;
  readonly emitterTimeoutMs: number;
  readonly heartbeat: HeartbeatRules;
}

interface Surroundings {
  readonly world: World;
  readonly server: SimulatedServer;
  readonly calls: Calls;
  readonly rules: LambdaRules;
  /** Starts an emitter, as the wake event does. */
  readonly wake: () => void;
  readonly putEvents: (process: Process) => PutEvents;
  /** An emitter with nothing to see at this moment may sleep on. */
  readonly isQuiet: (process: Process) => boolean;
  /** A run failed with what is not transient, although nothing was done to it. */
  readonly unexpected: (error: unknown) => void;
}

const silent = () => undefined;
/** A sleeping emitter looks at least so often, even where nothing can be due: its lease is ten seconds. */
const maxSleepMs = 8_000;

/** The containers of both Lambdas, with the production code in them. */
export class Lambdas {
  readonly #around: Surroundings;
  readonly running = new Set<Process>();
  #ingests: IngestContainer[] = [];
  #emitters: EmitterContainer[] = [];
  #names = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** New invocations have the new environment: the old containers take no more. */
  replace(): void {
    for (const idle of [...this.#ingests, ...this.#emitters]) idle.connection.close();
    this.#ingests = [];
    this.#emitters = [];
  }

  /** Resolves when it has ended; to undefined when it failed or died. */
  async ingest(
    rules: Rules,
    messages: readonly Message[],
    started: (process: Process) => void,
  ): Promise<{ process: Process; failed: string[] } | undefined> {
    const containers = this.#ingests;
    const container = containers.pop() ?? new IngestContainer(this.#around, rules);
    const name = `ingest ${++this.#names}`;
    const process = new Process("ingest", name, rules, this.#around.world.now, container.memory);
    container.process = process;
    started(process);
    return this.#run(process, this.#around.rules.ingestTimeoutMs, async (remaining) => {
      const input = messages.map(({ id, body, receiveCount }) => ({
        messageId: id,
        body,
        receiveCount,
      }));
      const { rejected } = await container.receiver.receive(input, remaining);
      containers.push(container);
      return { process, failed: rejected.map(({ messageId }) => messageId) };
    });
  }

  async emitter(rules: Rules): Promise<void> {
    const process = new Process("emitter", uuid(++this.#names), rules, this.#around.world.now);
    const containers = this.#emitters;
    const container = containers.pop() ?? new EmitterContainer(this.#around);
    container.process = process;
    const { world, rules: lambdaRules, putEvents } = this.#around;
    await this.#run(process, lambdaRules.emitterTimeoutMs, async (remaining) => {
      await emit(
        process.name,
        {
          thresholds: rules,
          heartbeat: lambdaRules.heartbeat,
          retentionDays: rules.retentionDays,
          partition: "aws",
        },
        {
          ...databasePort(container.connection, silent),
          putEvents: putEvents(process),
          sleep: (ms) => this.#sleep(process, ms, world.now + maxSleepMs),
          remaining,
          log: {
            closed: silent,
            published: silent,
            failed: silent,
            announced: silent,
            looked: silent,
            lockedPrefixes: silent,
            behind: silent,
          },
        },
      );
      containers.push(container);
    });
  }

  /** Runs until it ends, dies, or its time is up. */
  #run<T>(
    process: Process,
    timeoutMs: number,
    work: (remaining: () => number) => Promise<T>,
  ): Promise<T | undefined> {
    const { world, unexpected } = this.#around;
    const deadline = world.now + timeoutMs;
    this.running.add(process);
    return new Promise((resolve) => {
      const end = (result?: T) => {
        cancel();
        this.running.delete(process);
        resolve(result);
      };
      const cancel = world.at(deadline, () => process.die());
      process.onDeath(() => end());
      work(() => deadline - world.now).then(end, (error: unknown) => {
        unexpected(error);
        end();
      });
    });
  }

  #sleep(process: Process, ms: number, latest: number): Promise<void> {
    const { world, isQuiet } = this.#around;
    return new Promise((resolve) => {
      const wake = () => {
        if (!process.isAlive) return;
        const mayGoOn = world.now + ms <= latest && ms >= 1_000 && isQuiet(process);
        if (mayGoOn || process.frozenUntil > world.now) world.after(ms, wake);
        else resolve();
      };
      world.after(ms, wake);
    });
  }
}

class IngestContainer {
  process!: Process;
  readonly memory = { forgottenBefore: 0 };
  readonly connection: Connection;
  readonly receiver: Receiver;

  constructor({ world, server, calls, wake }: Surroundings, rules: Rules) {
    this.connection = new Connection(() => server.open(() => this.process));
    this.receiver = new Receiver(
      {
        bucket: rules.bucket,
        ignorePatterns: parseIgnorePatterns(rules.ignore.join(", ")),
        prefixDepth: rules.depth,
        eventCount: rules.eventCount,
        retentionDays: rules.retentionDays,
      },
      {
        connection: this.connection,
        putWakeEvent: () =>
          calls.make(this.process, {
            kind: "wake",
            act: (answer) => {
              wake();
              answer({ value: { EventId: "wake" } });
            },
            fail: () => new Error("the wake event was refused"),
          }),
        sleep: (ms) => new Promise((resolve) => world.after(ms, resolve)),
        now: () => world.now,
        log: { rejected: silent, databaseFailed: silent, notWoken: silent },
      },
    );
  }
}

class EmitterContainer {
  process!: Process;
  readonly connection: Connection;

  constructor({ server }: Surroundings) {
    this.connection = new Connection(() => server.open(() => this.process));
  }
}

function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
