import { Kysely, PostgresDialect } from "kysely";
import type { OpenConnection } from "../../functions/database";
import { pidOf, type SimulatedDatabase } from "./database";
import { databaseError, refused } from "./errors";
import type { Calls, Outcome, Process } from "./process";
import { Session } from "./session";
import { Statement, type Result } from "./statement";
import type { World } from "./world";

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
  readonly #waiting = new Map<Session, Statement>();

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

  /** Runs a statement. The answer comes immediately, or when what it waits for has ended. */
  async execute(
    session: Session,
    text: string,
    values: unknown[],
    answer: (outcome: Outcome<Result>) => void | Promise<void>,
  ): Promise<void> {
    const statement = new Statement(session, text, values, answer);
    if (await this.#hasEnded(statement)) return answer(await statement.outcome);
    this.#waiting.set(session, statement);
    this.observer.waited(session.process);
    statement.cancelTimer = this.world.after(session.lockTimeoutMs, () => this.#timeOut(statement));
    await this.#findDeadlock();
  }

  /**
   * Sends a statement; false: it waits for a lock. Only one does so on the real server, where two that
   * wait for the same transaction race for its locks, and either may win. Others wait here, in line. So
   * does a statement that is a transaction by itself: it would commit before anybody has looked at what
   * the one that it waits for has done.
   */
  async #hasEnded(statement: Statement): Promise<boolean> {
    const { session } = statement;
    this.database.setClock(this.now);
    this.latest = Math.max(this.latest, this.now);
    const isLineBusy = [...this.#waiting.values()].some(
      (other) => other !== statement && !other.isWithdrawn,
    );
    statement.send(isLineBusy);
    // Alone there is nothing to wait for.
    const isAlone = ![...this.#sessions].some(
      (other) => other !== session && other.isInTransaction,
    );
    if (isAlone || !(await statement.isStuck(this.database))) return true;
    if (isLineBusy || !session.isInTransaction) await statement.withdraw(this.database);
    return false;
  }

  /** Ends a statement that waits for a lock, with this error for who waits for its answer. */
  async abandon(session: Session, error: Error): Promise<void> {
    const statement = this.#waiting.get(session);
    if (!statement) return;
    this.#waiting.delete(session);
    statement.cancelTimer();
    await statement.cancel(this.database);
    await statement.answer({ error });
  }

  /** Somebody has let go of locks: who waited for them goes on, first come, first served. */
  async letGo(): Promise<void> {
    for (const statement of [...this.#waiting.values()]) {
      if (!this.#waiting.has(statement.session)) continue;
      const hasEnded = statement.isWithdrawn
        ? await this.#hasEnded(statement)
        : !(await statement.isStuck(this.database));
      if (!hasEnded) continue;
      this.#waiting.delete(statement.session);
      statement.cancelTimer();
      await statement.answer(await statement.outcome);
    }
    await this.#findDeadlock();
  }

  async #timeOut(statement: Statement): Promise<void> {
    if (this.#waiting.get(statement.session) !== statement) return;
    this.observer.timedOut(statement.session.process);
    const error = databaseError("55P03", "canceling statement due to lock timeout");
    await this.abandon(statement.session, error);
  }

  /** Whether some wait for each other, in a circle. */
  async #findDeadlock(): Promise<void> {
    const blockers = new Map<number, readonly number[]>();
    for (const statement of this.#waiting.values()) {
      blockers.set(pidOf(statement.session.client), await statement.blockers(this.database));
    }
    for (let before = 0; before !== blockers.size;) {
      before = blockers.size;
      for (const [pid, others] of blockers) {
        if (!others.some((other) => blockers.has(other))) blockers.delete(pid);
      }
    }
    if (blockers.size > 0) this.observer.deadlocked();
  }
}
