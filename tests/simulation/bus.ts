import { packageNameOf, prefixUriOf } from "../../announcement";
import type { Announcement } from "../../functions/contract";
import { Violation } from "./checks";
import type { OutboxRow } from "./database";
import type { Fault, Process } from "./process";
import type { Simulation } from "./simulation";
import { times } from "./times";

type Answers = readonly { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];

/** PostgreSQL cannot store it as it is. */
const hostileText = "asked\0for \ud800";

/** The custom bus behind PutEvents: checks what is announced, and when. */
export class Bus {
  /** Batches that were announced at least once. */
  readonly announced = new Set<string>();
  readonly #simulation: Simulation;
  readonly #unnoted = new Set<string>();
  #events = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Whether every batch that was announced is marked so. */
  get isNoted(): boolean {
    return this.#unnoted.size === 0;
  }

  putEvents(process: Process, entries: readonly Announcement[]): Promise<Answers> {
    return this.#simulation.calls.make<Answers>(process, {
      kind: "put-events",
      act: (answer) => answer({ value: this.#put(entries, () => false) }),
      fail: () => new Error("InternalFailure: asked for"),
      actFaulty: (fault, answer) => {
        const error = this.#faultOf(fault, entries);
        if (error) answer({ error });
        else answer({ value: this.#put(entries, (i) => isFailing(fault, i, entries.length)) });
        return true;
      },
    });
  }

  /** An emitter has noted what it published. */
  async noted(process: Process): Promise<void> {
    const { outbox, leaseOwner } = await this.#simulation.snapshot();
    for (const row of outbox) {
      const before = this.#simulation.checks.rowOf(row.batch_id);
      const isNoted = row.attempts !== before.attempts;
      if (isNoted && leaseOwner !== process.name) {
        throw new Violation(
          12,
          `${process.name} noted, and ${leaseOwner ?? "nobody"} has the lease`,
        );
      }
      if (row.published_at !== null && !this.announced.has(row.batch_id)) {
        throw new Violation(8, `${row.batch_id} is marked as published, and never was`);
      }
      if (row.published_at !== null) this.#unnoted.delete(row.batch_id);
    }
    this.#simulation.checks.remember(outbox);
  }

  #faultOf(fault: Fault, entries: readonly Announcement[]): Error | undefined {
    if (fault.kind === "fail-entries") return undefined;
    const isRefused = fault.kind === "refuse" && entries.length > 1;
    const name = isRefused ? "ValidationException" : "ThrottlingException";
    return Object.assign(new Error(hostileText), { name, $metadata: { httpStatusCode: 400 } });
  }

  #put(entries: readonly Announcement[], isFailing: (index: number) => boolean): Answers {
    return entries.map((entry, index) => {
      if (isFailing(index)) return { ErrorCode: "ThrottlingException", ErrorMessage: hostileText };
      this.#announce(entry);
      return { EventId: `event-${++this.#events}` };
    });
  }

  #announce(entry: Announcement): void {
    const detail = JSON.parse(entry.Detail) as Record<string, unknown>;
    const row = this.#simulation.checks.rowOf(String(detail["batchId"]));
    const is = JSON.stringify(detail);
    const should = JSON.stringify(detailOf(row));
    if (is !== should) throw new Violation(5, `${is} was announced, ${should} was closed`);
    this.#simulation.note(this.announced.has(row.batch_id) ? "second copy" : "announcement");
    if (this.announced.has(row.batch_id)) return;
    this.announced.add(row.batch_id);
    this.#unnoted.add(row.batch_id);
    this.#checkTime(row);
  }

  #checkTime(row: OutboxRow): void {
    const { server, heartbeat, disturbedUntil, world } = this.#simulation;
    const dueAt = Date.parse(row.due_at);
    if (server.latest < dueAt) {
      throw new Violation(
        4,
        `${row.batch_id} announced ${dueAt - server.latest} ms before it is due`,
      );
    }
    if (world.now < disturbedUntil) return;
    const free = row.trigger === "duration" ? heartbeat.lastBehindAt + 10_000 : 0;
    const late = server.now - Math.max(dueAt, free, disturbedUntil + server.clockSkewMs);
    if (late > times.allowedLatenessMs) {
      throw new Violation(4, `${row.batch_id} (${row.trigger}) announced ${late} ms late`);
    }
  }
}

function isFailing(fault: Fault, index: number, count: number): boolean {
  return (index + fault.skip) % 2 === 0 || count === 1;
}

function detailOf(row: OutboxRow) {
  const seconds = (time: string) => `${new Date(time).toISOString().slice(0, 19)}Z`;
  return {
    version: "0.1",
    bucket: row.bucket,
    prefix: row.prefix,
    prefixUri: prefixUriOf(row.bucket, row.prefix),
    packageName: packageNameOf(row.prefix),
    batchId: row.batch_id,
    sequence: row.sequence,
    trigger: row.trigger,
    held: row.held,
    fileCount: row.file_count,
    eventCount: row.event_count,
    totalBytes: row.total_bytes,
    firstEventTime: seconds(row.first_event_time),
    lastEventTime: seconds(row.last_event_time),
  };
}
