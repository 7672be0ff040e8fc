import type { Connection } from "../database";
import type { Rejection } from "./judge-messages";

/** What a container of ingest takes from outside; the handler supplies the real parts. */
export interface IngestPorts {
  readonly connection: Connection;
  /** Puts the event that starts an emitter. Resolves to PutEvents' answer for it; rejects when it failed. */
  putWakeEvent(): Promise<unknown>;
  /** Resolves after so many milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Milliseconds since 1970, by the clock of the machine. */
  now(): number;
  readonly log: IngestLog;
}

export interface IngestLog {
  /**
   * Told before the database is asked for anything that can wait: a message must not get to the dead
   * letters unsaid when it is down, and only its first sight is counted.
   */
  rejected(rejection: Rejection): void;
  databaseFailed(error: unknown, attempt: number): void;
  notWoken(error: unknown): void;
}
