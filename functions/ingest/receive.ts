import { limits, refusalOf } from "../contract";
import { forgottenBefore, isEmitterAwake, type StoreResult } from "../database";
import { judgeMessages, type QueueMessage, type Rejection } from "./judge-messages";
import type { IngestPorts } from "./ports";
import type { Settings } from "./settings";
import { storeMessages, type WithDatabase } from "./store-messages";

export type ReceiverSettings = Omit<Settings, "access" | "objectQueueArn">;

/** What one invocation did. */
export interface Receipt extends StoreResult {
  readonly messages: number;
  readonly ignored: number;
  readonly beats: number;
  /** They stay in the queue, and end in the dead-letter queue. */
  readonly rejected: Rejection[];
}

/**
 * Three tries (`Connection` makes two of them where a new session changes nothing), as long as there
 * is time for another: the queue brings the messages back anyway.
 */
const maxAttempts = 3;
const hourMs = 60 * 60 * 1000;
/** Finding out whether an emitter is awake must not keep the messages waiting for longer. */
const awakeTimeoutMs = 1_000;

/** One container of ingest: receives batches of the object queue, one at a time. */
export class Receiver {
  readonly #settings: ReceiverSettings;
  readonly #ports: IngestPorts;
  /** What the ledger has forgotten: it moves once a day, so a container asks once an hour. */
  #forgotten: { readonly before: Date | null; readonly askedAt: number } | undefined;

  constructor(settings: ReceiverSettings, ports: IngestPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  /**
   * Stores a batch. Rejected messages fail alone; when the transaction fails, this rejects, and all of
   * them come back. `remaining` says how many milliseconds the invocation still has.
   */
  async receive(messages: readonly QueueMessage[], remaining: () => number): Promise<Receipt> {
    const now = this.#ports.now();
    const withDatabase: WithDatabase = (work) =>
      this.#ports.connection.withSession(work, (error, attempt) => {
        this.#ports.log.databaseFailed(error, attempt);
        return attempt < maxAttempts && remaining() > limits.ingestRetry * 1000;
      });

    const judge = () =>
      judgeMessages(messages, this.#settings, new Date(now), this.#forgotten?.before);
    const said = new Set<string>();
    if (!this.#forgotten || now - this.#forgotten.askedAt > hourMs) {
      this.#say(judge().rejected, said); // the database may not answer
      this.#forgotten = { before: await withDatabase(forgottenBefore), askedAt: now };
    }
    const judged = judge();
    this.#say(judged.rejected, said);
    const stored = await storeMessages(judged, this.#settings, withDatabase);
    const { unstorable, needsEmitter, ...result } = stored;
    if (needsEmitter) await this.#wake();
    this.#say(unstorable, said);
    return {
      ...result,
      messages: messages.length,
      ignored: judged.ignored,
      beats: judged.beats.length,
      rejected: [...judged.rejected, ...unstorable],
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
      return await Promise.race([connection.withSession(isEmitterAwake), late]);
    } catch {
      connection.close();
      return false;
    }
  }
}
