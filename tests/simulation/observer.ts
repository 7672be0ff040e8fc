import { createHash } from "node:crypto";
import { Violation } from "./checks";
import type { Look } from "./heartbeat-model";
import type { ObjectCreated, Verdict } from "./model";
import type { Process } from "./process";
import type { Message } from "./queue";
import type { ServerObserver } from "./server";
import { hasStoredEvents, storesEvents } from "./session";
import type { Simulation } from "./simulation";
import type { Result } from "./statement";

/** What is known of a process under way: what it saw, and what it did in its open transaction. */
interface Progress {
  readonly messages: readonly Message[];
  look: Look | undefined;
  countedAt: number | undefined;
  beatsAt: number | undefined;
  closedAt: number | undefined;
}

/** Sees every statement that the server has run, and has the tables checked when something changed. */
export class Observer implements ServerObserver {
  readonly #simulation: Simulation;
  readonly #progress = new Map<Process, Progress>();
  readonly #digest = createHash("sha256");

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Tells one course of events from another. */
  get digest(): string {
    return this.#digest.copy().digest("hex");
  }

  started(process: Process, messages: readonly Message[]): void {
    this.#progress.set(process, progress(messages));
  }

  waited(process: Process): void {
    this.#simulation.note(`waits for a lock: ${process.kind}`);
  }

  timedOut(process: Process): void {
    this.#simulation.note(`gives up waiting for a lock: ${process.kind}`);
  }

  deadlocked(): never {
    throw new Violation(8, "two transactions waited for each other");
  }

  /** What is wrong with taking this message out of the queue. */
  acknowledged({ id, content }: Message, process: Process): Violation | undefined {
    if (content.kind === "beat") return undefined;
    const verdict = content.kind === "object" ? this.#judge(content.event, process) : "refused";
    if (verdict === "refused") {
      return new Violation(9, `${id} is gone, and should have been refused`);
    }
    if (content.kind !== "object" || verdict !== "counted") return undefined;
    if (this.#simulation.model.isCounted(content.event)) return undefined;
    return new Violation(9, `${id} is gone, and was never counted`);
  }

  #judge(event: ObjectCreated, { rules, startedAt, memory }: Process): Verdict {
    return this.#simulation.model.judge(event, rules, startedAt, memory.forgottenBefore);
  }

  executed(process: Process, text: string, result: Result): void | Promise<void> {
    const { rows } = result;
    this.#digest.update(`${this.#simulation.world.now} ${process.name} ${text} ${rows.length}\n`);
    const state = this.#stateOf(process);
    if (text.includes("forgotten as") && Number(rows[0]!["deleted"]) > 0) {
      return this.#pruned(process);
    }
    if (text.includes("forgotten_before::timestamp")) {
      process.memory.forgottenBefore = (rows[0]!["before"] as Date | null)?.getTime() ?? 0;
    }
    if (storesEvents(text)) {
      if (!hasStoredEvents(text, result)) this.#simulation.note("finds what it saw changed");
      else state.countedAt = this.#simulation.server.now;
    }
    if (text.includes("insert into edp.heartbeat")) state.beatsAt = this.#simulation.server.now;
    if (text.includes("as is_restarted")) {
      const { behind, hold } = (state.look = this.#simulation.heartbeat.look(
        this.#simulation.server.now,
      ));
      this.#simulation.note(hold ? "looks, holding" : behind ? "looks, hold used up" : "looks");
    }
    if (text.includes("observed_at =")) {
      if (rows.length > 0) state.look!.note();
      else this.#simulation.note("has lost the lease before it notes what it saw");
    }
    const closed = text.includes("emptied as")
      ? rows.filter((row) => row["batch_id"] !== null)
      : [];
    if (closed.length > 0) {
      state.closedAt = this.#simulation.server.now;
      for (const { trigger } of closed) this.#simulation.note(`emitter closes: ${String(trigger)}`);
      return this.#mustHoldLease(process, "closed");
    }
    if (text.includes("update edp.outbox")) return this.#simulation.bus.noted(process);
  }

  /** A prefix that is gone is numbered from one when it comes back. */
  async #pruned(process: Process): Promise<void> {
    this.#simulation.note("prunes the ledger");
    const { prefixes } = await this.#simulation.snapshot();
    const gone = this.#simulation.checks.pruned(
      prefixes,
      this.#simulation.server.now,
      process.rules.retentionDays,
    );
    if (gone > 0) this.#simulation.note("forgets a prefix");
  }

  async #mustHoldLease(process: Process, what: string): Promise<void> {
    const { leaseOwner } = await this.#simulation.snapshot();
    if (leaseOwner !== process.name) {
      throw new Violation(
        12,
        `${process.name} ${what}, and ${leaseOwner ?? "nobody"} has the lease`,
      );
    }
  }

  async committed(process: Process): Promise<void> {
    const state = this.#stateOf(process);
    if (process.kind === "ingest") {
      const objects = state.messages.flatMap(({ content }) =>
        content.kind === "object" ? [content.event] : [],
      );
      for (const event of objects) {
        const verdict = this.#judge(event, process);
        const isKnown = verdict === "counted" && this.#simulation.model.isCounted(event);
        this.#simulation.note(`object event: ${isKnown ? "duplicate" : verdict}`);
      }
      const stored = state.countedAt === undefined ? [] : objects;
      const by = (verdict: Verdict) => stored.filter((e) => this.#judge(e, process) === verdict);
      const now = state.countedAt ?? this.#simulation.server.now;
      if (state.beatsAt !== undefined) {
        const beats = state.messages.flatMap(({ content }) =>
          content.kind === "beat" ? [content.sentAt] : [],
        );
        this.#simulation.heartbeat.recorded(beats, state.beatsAt);
      }
      const snapshot = await this.#simulation.snapshot();
      this.#simulation.checks.afterIngest(
        snapshot,
        by("counted"),
        by("ignored"),
        process.rules,
        now,
      );
    } else if (state.closedAt !== undefined) {
      const snapshot = await this.#simulation.snapshot();
      this.#simulation.checks.afterClosing(
        snapshot,
        process.rules,
        state.closedAt,
        state.look!.hold,
      );
    }
    this.rolledBack(process);
  }

  rolledBack(process: Process): void {
    const state = this.#stateOf(process);
    state.countedAt = state.beatsAt = state.closedAt = undefined;
  }

  #stateOf(process: Process): Progress {
    let state = this.#progress.get(process);
    if (!state) this.#progress.set(process, (state = progress([])));
    return state;
  }
}

function progress(messages: readonly Message[]): Progress {
  return {
    messages,
    look: undefined,
    countedAt: undefined,
    beatsAt: undefined,
    closedAt: undefined,
  };
}
