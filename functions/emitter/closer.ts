import type { Thresholds } from "../contract";
import { closeDue, closeLimit, findFull, isLockTimeout, type CloseResult } from "../database";
import type { EmitterPorts } from "./ports";

/** Closes what is due, a round at each look of one run. */
export class Closer {
  readonly #runId: string;
  readonly #thresholds: Thresholds;
  readonly #ports: EmitterPorts;
  /** Prefixes that have reached the count, and were not closed yet. */
  #full: string[] = [];

  constructor(runId: string, thresholds: Thresholds, ports: EmitterPorts) {
    this.#runId = runId;
    this.#thresholds = thresholds;
    this.#ports = ports;
  }

  /**
   * Closes a round of what is due, without the duration trigger while `hold`. True: there is more. A
   * round also looks at some of the open prefixes for a count that was lowered, the next ones each time.
   */
  async round(hold: boolean): Promise<boolean> {
    if (this.#full.length === 0) {
      this.#full = await this.#ports.withDatabase((db) =>
        findFull(db, this.#thresholds.eventCount),
      );
    }
    const { closed, more } = await this.#close(hold, this.#full.slice(0, closeLimit));
    this.#full = this.#full.slice(closeLimit);
    closed.forEach((batch) => this.#ports.log.closed(batch));
    return more || this.#full.length > 0;
  }

  async #close(hold: boolean, full: readonly string[]): Promise<CloseResult> {
    const close = (locked: "wait" | "skip") =>
      this.#ports.withDatabase((db) =>
        closeDue(db, this.#runId, this.#thresholds, { hold, locked, full }),
      );
    try {
      return await close("wait");
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      this.#ports.log.lockedPrefixes();
      return await close("skip");
    }
  }
}
