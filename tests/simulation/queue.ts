import type { ObjectCreated } from "./model";
import type { World } from "./world";

/** What was put into the queue; the model reads the content, the production code the body. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly content:
    | { readonly kind: "object"; readonly event: ObjectCreated }
    | { readonly kind: "beat"; readonly sentAt: number }
    | { readonly kind: "junk" };
  receiveCount: number;
  visibleAt: number;
}

export interface QueueRules {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly visibilityMs: number;
  readonly windowMs: number;
  readonly maxReceives: number;
}

/** A standard SQS queue with its event source mapping: at least once, in any order. */
export class SimulatedQueue {
  messages: Message[] = [];
  deadLetters: Message[] = [];
  isPaused = false;
  #underWay = 0;
  #isPolled = false;
  #ids = 0;

  constructor(
    readonly world: World,
    readonly rules: QueueRules,
    /** Calls `done` when the invocation has ended, with the messages that succeeded. */
    readonly invoke: (batch: readonly Message[], done: (succeeded: Message[]) => void) => void,
  ) {}

  send(body: unknown, content: Message["content"]): void {
    this.messages.push({
      id: `m${++this.#ids}`,
      body: typeof body === "string" ? body : JSON.stringify(body),
      content,
      receiveCount: 0,
      visibleAt: this.world.now,
    });
    this.poll();
  }

  /** Holds messages back, or lets them go on. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.poll();
  }

  redrive(): void {
    const moved = this.deadLetters.map((m) => ({
      ...m,
      receiveCount: 0,
      visibleAt: this.world.now,
    }));
    this.deadLetters = [];
    this.messages.push(...moved);
    this.poll();
  }

  /** Gathers for a while, then invokes. */
  poll(): void {
    if (this.#isPolled || this.isPaused || this.messages.length === 0) return;
    const soonest = Math.min(...this.messages.map(({ visibleAt }) => visibleAt));
    this.#isPolled = true;
    const window = this.world.random.between(1, this.rules.windowMs);
    this.world.at(Math.max(soonest, this.world.now) + window, () => {
      this.#isPolled = false;
      this.#receive();
    });
  }

  #receive(): void {
    if (this.isPaused || this.#underWay >= this.rules.concurrency) return;
    const { world, rules } = this;
    const used = this.messages.filter(
      (m) => m.visibleAt <= world.now && m.receiveCount >= rules.maxReceives,
    );
    this.messages = this.messages.filter((message) => !used.includes(message));
    this.deadLetters.push(...used);

    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= world.now);
    const batch = world.random.shuffled(visible).slice(0, rules.batchSize);
    if (batch.length > 0) {
      for (const message of batch) {
        message.receiveCount++;
        message.visibleAt = world.now + rules.visibilityMs;
      }
      this.#underWay++;
      this.invoke(batch, (succeeded) => {
        this.#underWay--;
        this.messages = this.messages.filter((message) => !succeeded.includes(message));
        this.poll();
      });
    }
    this.poll();
  }
}
