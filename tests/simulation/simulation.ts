import { isTransient } from "../../functions/database";
import { Bus } from "./bus";
import { Checks, Violation } from "./checks";
import type { SimulatedDatabase, Snapshot } from "./database";
import { HeartbeatModel } from "./heartbeat-model";
import { Lambdas } from "./lambdas";
import { bodyOf } from "./messages";
import { Model, type ObjectCreated, type Rules } from "./model";
import { Observer } from "./observer";
import { Calls, type Process } from "./process";
import { SimulatedQueue, type Message } from "./queue";
import { SimulatedServer } from "./server";
import { times } from "./times";
import { World } from "./world";

export interface Setting {
  readonly seed: number;
  readonly slowShare: number;
  readonly rules: Rules;
  readonly queue: { readonly batchSize: number; readonly concurrency: number };
}

/** One history: the whole product between a simulated S3 and a simulated bus. */
export class Simulation {
  readonly world: World;
  readonly calls: Calls;
  readonly observer: Observer;
  readonly server: SimulatedServer;
  readonly queue: SimulatedQueue;
  readonly bus: Bus;
  readonly lambdas: Lambdas;
  readonly model = new Model();
  readonly heartbeat = new HeartbeatModel(times.heartbeat);
  readonly checks = new Checks(this.model, this.heartbeat);
  rules: Rules;
  /** Lateness and waiting are excused until then, by the machines' clock. */
  disturbedUntil = 0;
  /** How often what came to pass: a simulation that never gets somewhere proves nothing about it. */
  readonly seen = new Map<string, number>();
  isScheduleOff = false;
  lostBeats = 0;
  readonly #database: SimulatedDatabase;
  #failure: unknown;
  #stops: (() => void)[] = [];

  constructor(database: SimulatedDatabase, setting: Setting) {
    this.#database = database;
    this.rules = setting.rules;
    this.world = new World(setting.seed);
    this.calls = new Calls(this.world, setting.slowShare);
    this.calls.onFault = (fault, call) => {
      this.note(`fault: ${fault.who}, ${call}, ${fault.kind}`);
      this.disturbed();
    };
    this.observer = new Observer(this);
    this.server = new SimulatedServer(this.world, database, this.calls, this.observer);
    this.queue = new SimulatedQueue(
      this.world,
      {
        ...setting.queue,
        visibilityMs: 17_000,
        windowMs: 1_000,
        maxReceives: 3,
      },
      (messages, done) => this.#ingest(messages, done),
    );
    this.bus = new Bus(this);
    this.lambdas = new Lambdas({
      world: this.world,
      server: this.server,
      calls: this.calls,
      rules: times,
      wake: () => void this.world.after(50, () => this.startEmitter()),
      putEvents: (process) => (entries) => this.bus.putEvents(process, entries),
      isQuiet: (process) => this.#isQuiet(process),
      unexpected: (error) => {
        if (!isTransient(error)) this.#failure ??= error;
      },
    });
  }

  async start(): Promise<void> {
    await this.#database.reset(this.server.now);
    this.#every(times.heartbeat.periodSeconds * 1000, () => this.#beat());
    this.#every(times.schedulePeriodMs, () => {
      if (!this.isScheduleOff) this.startEmitter();
    });
  }

  async stop(): Promise<void> {
    this.#stops.forEach((stop) => stop());
    this.lambdas.replace();
    for (const process of [...this.lambdas.running]) await process.die();
    await this.server.goDown();
  }

  /** Lets time pass; throws what went wrong meanwhile. */
  async pass(ms: number): Promise<void> {
    await this.world.pass(ms);
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  snapshot(): Promise<Snapshot> {
    return this.#database.snapshot();
  }

  /** From now on lateness is excused, for as long as recovery may take. */
  disturbed(ms = 0): void {
    const until = this.world.now + ms + times.recoveryMs;
    this.disturbedUntil = Math.max(this.disturbedUntil, until);
  }

  send(event: ObjectCreated, body: unknown): void {
    this.queue.send(body, { kind: "object", event });
  }

  configure(rules: Partial<Rules>): void {
    this.rules = { ...this.rules, ...rules };
    this.lambdas.replace();
    this.disturbed(times.emitterTimeoutMs);
  }

  startEmitter(): void {
    void this.lambdas.emitter(this.rules);
  }

  async databaseUp(): Promise<void> {
    if (!this.server.isDown) return;
    await this.server.comeUp();
    this.heartbeat.restarted();
  }

  /** Days without anything but beats, of which every one came as it should. */
  async skip(ms: number): Promise<void> {
    // Between an ingest and the emitter that it has woken nobody runs.
    const isAnnounced = () =>
      this.model.open.length === 0 && this.bus.announced.size === this.model.closed.length;
    const isDone = () =>
      this.queue.messages.length === 0 && this.lambdas.running.size === 0 && isAnnounced();
    await this.world.passUntil(isDone, times.settleLimitMs);
    this.world.skip(ms);
    // A recovery that had begun goes on after these days: an emitter that died comes back then.
    this.disturbedUntil += ms;
    this.heartbeat.shift(ms);
    await this.#database.query(
      `update edp.heartbeat set sent_at = sent_at + make_interval(secs => $1),
         recorded_at = recorded_at + make_interval(secs => $1)`,
      [ms / 1000],
    );
  }

  /** The same input once more, in another order and twice: nothing may be counted again. */
  async repeat(events: readonly ObjectCreated[]): Promise<void> {
    this.checks.isRepeat = true;
    const again = this.world.random.shuffled([...events, ...events]);
    for (const event of again.filter((one) => this.model.isCounted(one))) {
      this.send(event, bodyOf(event));
    }
    await this.settle();
  }

  /** Lets everything come to its end, without faults; then nothing may be left. */
  async settle(): Promise<void> {
    this.calls.disarm();
    this.isScheduleOff = false;
    this.lostBeats = 0;
    await this.databaseUp();
    this.queue.pause(false);
    for (let round = 0; round < 3; round++) {
      this.queue.redrive();
      await this.#passUntilSettled();
      if (!this.queue.deadLetters.some((message) => this.#isGood(message))) break;
    }
    for (const message of this.queue.deadLetters.filter((one) => this.#isGood(one))) {
      throw new Violation(9, `${message.id} is a dead letter, and nothing is wrong with it`);
    }
    this.checks.settled(await this.snapshot());
  }

  async #passUntilSettled(): Promise<void> {
    const left = () => ({
      // What is refused comes back a few times; that it never goes is seen when it would.
      messages: this.queue.messages.filter(({ content }) => this.#isAccepted(content)).length,
      open: this.model.open.length,
      unpublished: this.model.closed.length - this.bus.announced.size,
      processes: this.lambdas.running.size,
    });
    const isSettled = () =>
      this.#failure !== undefined || Object.values(left()).every((count) => count === 0);
    const done = await this.world.passUntil(isSettled, times.settleLimitMs);
    if (this.#failure !== undefined) throw this.#failure as Error;
    if (!done) throw new Violation(8, `left are ${JSON.stringify(left())}`);
  }

  #isAccepted(content: Message["content"]): boolean {
    return (
      content.kind === "object" &&
      this.model.judge(content.event, this.rules, this.world.now) !== "refused"
    );
  }

  /** Whether it would be counted now, and has not been. */
  #isGood({ content }: Message): boolean {
    return (
      content.kind === "object" &&
      this.model.judge(content.event, this.rules, this.world.now) === "counted" &&
      !this.model.isCounted(content.event)
    );
  }

  #every(ms: number, action: () => void): void {
    let isOver = false;
    const again = () => {
      if (isOver) return;
      action();
      this.world.after(ms, again);
    };
    this.#stops.push(() => (isOver = true));
    again();
  }

  #beat(): void {
    const sentAt = this.world.now;
    this.heartbeat.sent(sentAt);
    if (this.lostBeats > 0) {
      this.lostBeats--;
      return;
    }
    const time = new Date(sentAt).toISOString();
    this.queue.send(
      { source: "aws.events", "detail-type": "Scheduled Event", time, detail: {} },
      { kind: "beat", sentAt },
    );
  }

  #ingest(messages: readonly Message[], done: (succeeded: Message[]) => void): void {
    const started = (process: Process) => this.observer.started(process, messages);
    void this.lambdas.ingest(this.rules, messages, started).then((result) => {
      if (!result) {
        done([]);
        return;
      }
      const succeeded = messages.filter(({ id }) => !result.failed.includes(id));
      for (const message of succeeded) {
        const violation = this.observer.acknowledged(message, result.process);
        if (violation) this.#failure ??= violation;
      }
      done(succeeded);
    });
  }

  /** Nothing can be due, nobody waits, and everything closed is announced. */
  #isQuiet(process: Process): boolean {
    const { now } = this.server;
    const others = [...this.lambdas.running].some(
      (other) => other !== process && other.kind === "emitter",
    );
    return (
      !others &&
      this.model.open.length > 0 &&
      this.bus.announced.size === this.model.closed.length &&
      this.bus.isNoted &&
      this.model.open.every(
        (batch) => !this.model.triggerOf(batch, process.rules, now, this.heartbeat.wouldHold(now)),
      )
    );
  }
}
