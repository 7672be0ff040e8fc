import type { Rules } from "./model";
import type { World } from "./world";

/** One invocation of a Lambda, with the connection and the environment of its container. */
export class Process {
  isAlive = true;
  /** A frozen sandbox goes on after this. */
  frozenUntil = 0;
  readonly #ends: ((lingersMs: number) => void | Promise<void>)[] = [];

  constructor(
    readonly kind: "ingest" | "emitter",
    readonly name: string,
    readonly rules: Rules,
    readonly startedAt: number,
    /** What its container remembers from one invocation to the next. */
    readonly memory: { forgottenBefore: number } = { forgottenBefore: 0 },
  ) {}

  /** What the rest of the world does when the process dies. */
  onDeath(action: (lingersMs: number) => void | Promise<void>): void {
    this.#ends.push(action);
  }

  /** Ends it between two instructions. What it waits for never comes. */
  async die(lingersMs = 0): Promise<void> {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const end of this.#ends) await end(lingersMs);
  }
}

/** What a process asks of the outside. */
export type CallKind = "connect" | "statement" | "commit" | "put-events" | "wake";

export type FaultKind =
  /** The process dies before, or after, the call has acted. */
  | "die-before"
  | "die-after"
  /** The same, and the server notices after ten seconds: its transaction keeps its locks so long. */
  | "linger"
  /** The call fails before it has acted, or the answer to what it did is lost. */
  | "fail"
  | "lose-answer"
  /** PostgreSQL refuses: deadlock_detected, serialization_failure, statement_timeout, disk_full. */
  | "40P01"
  | "40001"
  | "57014"
  | "53100"
  /** PutEvents: some entries fail, or the whole call is refused for one of them. */
  | "fail-entries"
  | "refuse"
  /** The call, or the process after it, stands still for some seconds. */
  | "stall"
  | "freeze";

/** What goes wrong, once: at the `skip`th next call of this kind by this kind of process. */
export interface Fault {
  readonly who: Process["kind"];
  readonly call: CallKind | "any";
  readonly skip: number;
  readonly kind: FaultKind;
  readonly seconds: number;
}

export interface Call<T> {
  readonly kind: CallKind;
  /** Acts; the answer may come later, when something else has happened. */
  act(answer: (outcome: Outcome<T>) => void): void | Promise<void>;
  /** What the caller sees when the call fails; and does the world what that brings with it. */
  fail(kind: FaultKind): Error | Promise<Error>;
  /** Acts, with a fault of its own kind. False: the fault does not fit this call. */
  actFaulty?(fault: Fault, answer: (outcome: Outcome<T>) => void): boolean | Promise<boolean>;
}

export type Outcome<T> = { readonly value: T } | { readonly error: Error };

/** How long a server takes to notice that a client is gone without a word. */
const lingeringMs = 10_000;

/** Carries calls to where they act and answers back, with time passing and faults on the way. */
export class Calls {
  readonly #world: World;
  readonly #slowShare: number;
  #armed: { fault: Fault; left: number }[] = [];
  /** Told of every fault that came to pass. */
  onFault: (fault: Fault, call: CallKind) => void = () => undefined;

  /** `slowShare`: how many of the calls take so long that something else comes between. */
  constructor(world: World, slowShare: number) {
    this.#world = world;
    this.#slowShare = slowShare;
  }

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.skip });
  }

  disarm(): void {
    this.#armed = [];
  }

  make<T>(process: Process, call: Call<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const answer = (outcome: Outcome<T>) => {
        this.#deliver(process, this.#latency(), () => {
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.value);
        });
      };
      this.#deliver(process, this.#latency(), () => this.#act(process, call, answer));
    });
  }

  /** A process that is dead hears nothing; a frozen one hears it when it goes on. */
  #deliver(process: Process, ms: number, action: () => void | Promise<void>): void {
    this.#world.at(Math.max(this.#world.now + ms, process.frozenUntil), () => {
      if (!process.isAlive) return;
      if (process.frozenUntil > this.#world.now) this.#deliver(process, 0, action);
      else return action();
    });
  }

  async #act<T>(
    process: Process,
    call: Call<T>,
    answer: (outcome: Outcome<T>) => void,
  ): Promise<void> {
    const fault = this.#faultOf(process, call.kind);
    if (!fault) return call.act(answer);
    this.onFault(fault, call.kind);
    switch (fault.kind) {
      case "die-before":
        return process.die();
      case "die-after":
        await call.act(() => undefined);
        return process.die();
      case "linger":
        await call.act(() => undefined);
        return process.die(lingeringMs);
      case "lose-answer":
        await call.act(() => undefined);
        {
          answer({ error: await call.fail(fault.kind) });
          return;
        }
      case "stall": {
        this.#deliver(process, fault.seconds * 1000, () => call.act(answer));
        return;
      }
      case "freeze":
        process.frozenUntil = this.#world.now + fault.seconds * 1000;
        return call.act(answer);
      default:
        if (await call.actFaulty?.(fault, answer)) return;
        {
          answer({ error: await call.fail(fault.kind) });
          return;
        }
    }
  }

  #faultOf(process: Process, kind: CallKind): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.who !== process.kind || (fault.call !== "any" && fault.call !== kind)) continue;
      if (armed.left-- > 0) continue;
      this.#armed = this.#armed.filter((other) => other !== armed);
      return fault;
    }
    return undefined;
  }

  #latency(): number {
    const { random } = this.#world;
    return random.fraction() < this.#slowShare ? random.between(20, 300) : random.between(1, 4);
  }
}
