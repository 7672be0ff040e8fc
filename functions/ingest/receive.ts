import { limits, refusalOf } from "../contract";
import {
  forgottenBefore,
  isEmitterAwake,
  type Connection,
  type Db,
  type StoreResult,
} from "../database";
import { ingest, sortMessages, type QueueMessage, type Rejection } from "./ingest";
import type { Settings } from "./settings";

export type ReceiverSettings = Omit<Settings, "access" | "objectQueueArn">;

/** What a container of ingest takes from outside; the handler supplies the real parts. */
export interface ReceiverPorts {
  readonly connection: Connection;
  /** Puts the event that starts an emitter. Resolves to PutEvents' answer for it; rejects when it failed. */
  putWakeEvent(): Promise<unknown>;
  /** Resolves after so many milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Milliseconds since 1970, by the clock of the machine. */
  now(): number;
  readonly log: ReceiverLog;
}

/** What one invocation did. */
export interface Receipt extends StoreResult {
  readonly messages: number;
  readonly ignored: number;
  readonly beats: number;
  /** They stay in the queue, and end in the dead-letter queue. */
  readonly rejected: Rejection[];
}

export interface ReceiverLog {
  /**
   * Told before the database is asked for anything that can wait: a message must not get to the dead
   * letters unsaid when it is down, and only its first sight is counted.
   */
  rejected(rejection: Rejection): void;
  databaseFailed(error: unknown, attempt: number): void;
  notWoken(error: unknown): void;
}

/**
 * Three tries (`Connection` makes two of them where a new session changes nothing), as long as there
 * is time for another: the queue brings the messages back anyway.
 */
const maxAttempts = 3;
const hourMs = 60 * 60 * 1000;
/** Finding out whether an emitter is awake must not keep the messages waiting for longer. */
const awakeTimeoutMs = 1_000;

type Run = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

/** One container of ingest: receives batches of the object queue, one at a time. */
export class Receiver {
  readonly #settings: ReceiverSettings;
  readonly #ports: ReceiverPorts;
  /** What the ledger has forgotten: it moves once a day, so a container asks once an hour. */
  #forgotten: { readonly before: Date | null; readonly askedAt: number } | undefined;

  constructor(settings: ReceiverSettings, ports: ReceiverPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  /**
   * Stores a batch. Rejected messages fail alone; when the transaction fails, this rejects, and all of
   * them come back. `remaining` says how many milliseconds the invocation still has.
   */
  async receive(messages: readonly QueueMessage[], remaining: () => number): Promise<Receipt> {
    const now = this.#ports.now();
    const run: Run = (work) =>
      this.#ports.connection.run(work, (error, attempt) => {
        this.#ports.log.databaseFailed(error, attempt);
        return attempt < maxAttempts && remaining() > limits.ingestRetry * 1000;
      });

    const sort = () =>
      sortMessages(messages, this.#settings, new Date(now), this.#forgotten?.before);
    const said = new Set<string>();
    if (!this.#forgotten || now - this.#forgotten.askedAt > hourMs) {
      this.#say(sort().rejected, said); // the database may not answer
      this.#forgotten = { before: await run(forgottenBefore), askedAt: now };
    }
    const sorted = sort();
    this.#say(sorted.rejected, said);
    const wake = () => this.#wake();
    const { unstorable, ...result } = await ingest(sorted, this.#settings, { run, wake });
    this.#say(unstorable, said);
    return {
      ...result,
      messages: messages.length,
      ignored: sorted.ignored,
      beats: sorted.beats.length,
      rejected: [...sorted.rejected, ...unstorable],
    };
  }

  #say(rejected: readonly Rejection[], said: Set<string>): void {
    for (const one of rejected) {
      if (!said.has(one.messageId)) this.#ports.log.rejected(one);
      said.add(one.messageId);
    }
  }

  /** When in doubt it wakes one: the messages are stored, and must not come back for this. */
  async #wake(): Promise<void> {
    try {
      if (await this.#isAwake()) return;
      const refusal = refusalOf(await this.#ports.putWakeEvent());
      if (refusal !== undefined) this.#ports.log.notWoken(refusal);
    } catch (error) {
      this.#ports.log.notWoken(error);
    }
  }

  async #isAwake(): Promise<boolean> {
    const { connection } = this.#ports;
    const late = this.#ports.sleep(awakeTimeoutMs).then(() => {
      throw new Error(`no answer in ${awakeTimeoutMs} ms`);
    });
    try {
      return await Promise.race([connection.run(isEmitterAwake), late]);
    } catch {
      connection.close();
      return false;
    }
  }
}
