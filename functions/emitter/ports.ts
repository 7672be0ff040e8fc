import type { Batch } from "../contract";
import type { ClosedBatch, Db, PipelineState } from "../database";
import type { PublishPorts } from "./publish";

/** What a run of the emitter takes from outside; the handler supplies the real parts. */
export interface EmitterPorts extends PublishPorts {
  /**
   * Does work on the database. Rejects when it failed in a way that passes (`isTransient`) or in one
   * that does not; the run goes on after `recovers(error)` says so.
   */
  withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Whether the failure passes, so that looking again makes sense. */
  recovers(error: unknown): boolean;
  /** Resolves after so many milliseconds. */
  sleep(ms: number): Promise<void>;
  readonly log: EmitterLog;
}

export interface EmitterLog {
  closed(batch: ClosedBatch): void;
  published(batch: Batch): void;
  failed(batch: Batch, error: string): void;
  /** Called when published batches are noted: how late each is, in seconds since it was due. */
  announced(lateness: readonly number[]): void;
  lockedPrefixes(): void;
  /** Called at every look, as the holder of the lease. */
  looked(state: PipelineState): void;
  /** Called when the pipeline falls behind, and when it has caught up. */
  behind(state: PipelineState): void;
}
