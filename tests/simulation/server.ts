import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import type { OpenConnection } from "../../functions/database";
import { pidOf, type SimulatedDatabase } from "./database";
import { databaseError, refused } from "./errors";
import type { Calls, Outcome, Process } from "./process";
import { Session } from "./session";
import type { World } from "./world";

/** node-postgres's result, as far as Kysely reads it. */
export interface Result {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: Record<string, unknown>[];
}

/** Told of what the server did. */
export interface ServerObserver {
  executed(process: Process, text: string, result: Result): void | Promise<void>;
  committed(process: Process): void | Promise<void>;
  rolledBack(process: Process): void;
  waited(process: Process): void;
  timedOut(process: Process): void;
  deadlocked(): void;
}

/** The database as processes see it: sessions that break, wait for locks, and time out. */
export class SimulatedServer {
  isDown = false;
  /** Added to the machines' clock: what the database's clock says. */
  clockSkewMs = 0;
  /** The latest that the database's clock ever said; it may have been set back since. */
  latest = 0;
  readonly #sessions = new Set<Session>();
  readonly #waiting = new Map<Session, Waiting>();

  constructor(
    readonly world: World,
    readonly database: SimulatedDatabase,
    readonly calls: Calls,
    readonly observer: ServerObserver,
  ) {}

  get now(): number {
    return this.world.now + this.clockSkewMs;
  }

  /** What `Connection` opens, for the container of this process. */
  open(processOf: () => Process): OpenConnection {
    let session: Session | undefined;
    const pool = {
      connect: async () => {
        if (!session || session.isBroken) session = await this.#connect(processOf());
        return session.handle(processOf);
      },
      end: () => Promise.resolve(),
    };
    const destroy = () => {
      const ended = session;
      if (ended) this.world.at(this.world.now, () => ended.break());
    };
    return {
      db: new Kysely({ dialect: new PostgresDialect({ pool: pool as never }) }),
      destroy,
    };
  }

  #connect(process: Process): Promise<Session> {
    return this.calls.make(process, {
      kind: "connect",
      act: async (answer) => {
        if (this.isDown) {
          answer({ error: refused() });
          return;
        }
        const session = new Session(this, await this.database.take(), process);
        this.#sessions.add(session);
        answer({ value: session });
      },
      fail: () => refused(),
    });
  }

  /** The server dies: what was not committed is gone. */
  async goDown(): Promise<void> {
    this.isDown = true;
    for (const session of [...this.#sessions]) await session.break();
  }

  async comeUp(): Promise<void> {
    this.isDown = false;
    await this.database.setStarted(this.now);
  }

  forget(session: Session): void {
    this.#sessions.delete(session);
  }

  /** Runs a statement. The answer comes at once, or when what it waits for has ended. */
  async execute(
    session: Session,
    text: string,
    values: unknown[],
    answer: (outcome: Outcome<Result>) => void | Promise<void>,
  ): Promise<void> {
    this.database.setClock(this.now);
    this.latest = Math.max(this.latest, this.now);
    const waiting = new Waiting(session, text, values, answer);
    // Alone there is nothing to wait for.
    const isAlone = ![...this.#sessions].some(
      (other) => other !== session && other.isInTransaction,
    );
    if (isAlone || !(await waiting.isStuck(this.database))) return answer(await waiting.outcome);
    this.#waiting.set(session, waiting);
    this.observer.waited(session.process);
    waiting.cancelTimer = this.world.after(session.lockTimeoutMs, () => this.#timeOut(waiting));
    await this.#endDeadlocks();
  }

  /** Ends a statement that waits for a lock, with this error for who waits for its answer. */
  async abandon(session: Session, error: Error): Promise<void> {
    const waiting = this.#waiting.get(session);
    if (!waiting) return;
    this.#waiting.delete(session);
    waiting.cancelTimer();
    await this.database.cancel(session.client);
    await waiting.outcome;
    await waiting.answer({ error });
  }

  /** Somebody has let go of locks: who waited for them goes on. */
  async letGo(): Promise<void> {
    for (const waiting of [...this.#waiting.values()]) {
      if (!this.#waiting.has(waiting.session) || (await waiting.isStuck(this.database))) continue;
      await this.#goOn(waiting);
    }
  }

  async #goOn(waiting: Waiting): Promise<void> {
    this.#waiting.delete(waiting.session);
    waiting.cancelTimer();
    await waiting.answer(await waiting.outcome);
  }

  async #timeOut(waiting: Waiting): Promise<void> {
    if (this.#waiting.get(waiting.session) !== waiting) return;
    this.observer.timedOut(waiting.session.process);
    const error = databaseError("55P03", "canceling statement due to lock timeout");
    await this.abandon(waiting.session, error);
  }

  /** Two that wait for each other: PostgreSQL ends one of them by itself. */
  async #endDeadlocks(): Promise<void> {
    const pids = new Set([...this.#waiting.keys()].map(({ client }) => pidOf(client)));
    for (const waiting of [...this.#waiting.values()]) {
      const blockers = await this.database.blockersOf(waiting.session.client);
      if (blockers.length > 0 && !blockers.every((pid) => pids.has(pid))) return;
    }
    if (pids.size < 2) return;
    this.observer.deadlocked();
    const ended = await Promise.race(
      [...this.#waiting.values()].map((waiting) => waiting.outcome.then(() => waiting)),
    );
    await this.#goOn(ended);
  }
}

/** A statement under way. */
class Waiting {
  readonly outcome: Promise<Outcome<Result>>;
  cancelTimer: () => void = () => undefined;
  #isSettled = false;

  constructor(
    readonly session: Session,
    text: string,
    values: unknown[],
    readonly answer: (outcome: Outcome<Result>) => void | Promise<void>,
  ) {
    this.outcome = session.client.query(text, values).then(
      (value: unknown) => ({ value: (Array.isArray(value) ? value[0] : value) as Result }),
      (error: unknown) => ({ error: error as Error }),
    );
    void this.outcome.then(() => (this.#isSettled = true));
  }

  /** Whether it waits for a lock; if not, it has come to its end. */
  async isStuck(database: SimulatedDatabase): Promise<boolean> {
    for (;;) {
      await Promise.race([this.outcome, sleep(2)]);
      if (this.#isSettled) return false;
      if ((await database.blockersOf(this.session.client)).length > 0) return true;
    }
  }
}
