import type { Client } from "pg";
import { databaseError, terminated } from "./errors";
import type { Outcome, Process } from "./process";
import type { SimulatedServer } from "./server";
import type { Result } from "./statement";

/** What the roles' own limits are, in simulated milliseconds (`functions/migration/runtime-role.ts`). */
const lockTimeoutMs = 8_000;
const idleInTransactionMs = 10_000;

/** Outside of a transaction it is one by itself. */
export function storesEvents(text: string): boolean {
  return text.includes("applied as");
}

/** Not when it found that something is not as it had been seen. */
export function hasStoredEvents(text: string, { rows }: Result): boolean {
  return storesEvents(text) && rows[0]!["is_applied"] === true;
}

/** One session, and what its client has heard of it. */
export class Session {
  isBroken = false;
  isInTransaction = false;
  lockTimeoutMs = lockTimeoutMs;
  process: Process;
  #cancelIdle: () => void = () => undefined;

  constructor(
    readonly server: SimulatedServer,
    readonly client: Client,
    process: Process,
  ) {
    this.process = process;
  }

  /** What Kysely takes for a client of a pool. */
  handle(processOf: () => Process) {
    const process = processOf();
    if (process !== this.process || !this.#isWatched) {
      this.process = process;
      this.#isWatched = true;
      process.onDeath((lingersMs) => {
        if (this.process !== process) return undefined;
        if (lingersMs === 0) return this.break();
        this.server.world.after(lingersMs, () => this.break());
        return undefined;
      });
    }
    return {
      query: (text: string, values: unknown[]) => this.#query(process, text, values),
      release: () => undefined,
    };
  }
  #isWatched = false;

  #query(process: Process, text: string, values: unknown[]): Promise<Result> {
    const commits = text === "commit" || (!this.isInTransaction && storesEvents(text));
    return this.server.calls.make<Result>(process, {
      kind: commits ? "commit" : "statement",
      act: (answer) => this.#execute(process, text, values, answer),
      fail: async (kind) => {
        if (/^[0-9A-Z]{5}$/.test(kind)) return databaseError(kind, "asked for");
        await this.break();
        return terminated();
      },
    });
  }

  async #execute(
    process: Process,
    text: string,
    values: unknown[],
    answer: (outcome: Outcome<Result>) => void,
  ): Promise<void> {
    if (this.isBroken) {
      answer({ error: terminated() });
      return;
    }
    this.#cancelIdle();
    if (/^set local lock_timeout/.test(text)) {
      this.lockTimeoutMs = Number(/\d+/.exec(text)![0]);
      answer({ value: { command: "SET", rowCount: null, rows: [] } });
      return;
    }
    if (text === "begin") {
      this.isInTransaction = true;
      text = `begin; set local sim.begun to '${this.server.now}'`;
    } else if (!this.isInTransaction && text.includes("now()")) {
      await this.client.query(`set sim.begun to '${this.server.now}'`);
    }
    const isAlone = !this.isInTransaction;
    await this.server.execute(this, text, values, async (outcome) => {
      if (this.isBroken) {
        answer({ error: terminated() });
        return;
      }
      if (text === "commit" || text === "rollback") {
        this.#ended();
        if (text === "rollback") this.server.observer.rolledBack(process);
      } else if (this.isInTransaction) {
        this.#cancelIdle = this.server.world.after(idleInTransactionMs, () => this.break());
      }
      if ("value" in outcome) {
        await this.server.observer.executed(process, text, outcome.value);
        const hasCommitted = text === "commit" || (isAlone && hasStoredEvents(text, outcome.value));
        if (hasCommitted) await this.server.observer.committed(process);
      }
      answer(outcome);
      if (isAlone || text === "commit" || text === "rollback") await this.server.letGo();
    });
  }

  #ended(): void {
    this.isInTransaction = false;
    this.lockTimeoutMs = lockTimeoutMs;
  }

  /** The connection is cut: its transaction is rolled back, and its locks are free. */
  async break(): Promise<void> {
    if (this.isBroken) return;
    this.isBroken = true;
    this.#cancelIdle();
    this.server.forget(this);
    await this.server.abandon(this, terminated());
    const wasInTransaction = this.isInTransaction;
    this.server.database.setClock(this.server.now); // who waited for its locks goes on at this moment
    await this.server.database.giveBack(this.client);
    if (wasInTransaction) {
      this.#ended();
      this.server.observer.rolledBack(this.process);
      await this.server.letGo();
    }
  }
}
