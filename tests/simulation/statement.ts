import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedDatabase } from "./database";
import type { Outcome } from "./process";
import type { Session } from "./session";

/** node-postgres's result, as far as Kysely reads it. */
export interface Result {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: Record<string, unknown>[];
}

/** A statement under way. */
export class Statement {
  outcome!: Promise<Outcome<Result>>;
  /** It waits for a lock, and the server has forgotten it: it is to be sent again. */
  isWithdrawn = false;
  cancelTimer: () => void = () => undefined;
  #isSettled = false;
  #hasSavepoint = false;
  #blockers: readonly number[] = [];

  constructor(
    readonly session: Session,
    readonly text: string,
    readonly values: unknown[],
    readonly answer: (outcome: Outcome<Result>) => void | Promise<void>,
  ) {}

  /** `isWithdrawable`: without its transaction. */
  send(isWithdrawable: boolean): void {
    const { client, isInTransaction } = this.session;
    this.isWithdrawn = this.#isSettled = false;
    this.#hasSavepoint =
      isWithdrawable && isInTransaction && !/^(begin|commit|rollback)/.test(this.text);
    // Where it fails, so does the statement.
    if (this.#hasSavepoint) client.query("savepoint sent").catch(() => undefined);
    this.outcome = client.query(this.text, this.values).then(
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
      this.#blockers = await database.blockersOf(this.session.client);
      if (this.#blockers.length > 0) return true;
    }
  }

  /** Who keeps it from going on, or did when it was withdrawn. */
  async blockers(database: SimulatedDatabase): Promise<readonly number[]> {
    return this.isWithdrawn ? this.#blockers : await database.blockersOf(this.session.client);
  }

  async cancel(database: SimulatedDatabase): Promise<void> {
    if (this.isWithdrawn) return;
    await database.cancel(this.session.client);
    await this.outcome;
  }

  async withdraw(database: SimulatedDatabase): Promise<void> {
    await this.cancel(database);
    this.isWithdrawn = true;
    if (this.#hasSavepoint) await this.session.client.query("rollback to savepoint sent");
  }
}
