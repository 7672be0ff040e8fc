export {
  closeDue,
  closeLimit,
  type ClosedBatch,
  type CloseOptions,
  type CloseResult,
} from "./close-due";
export { findFull } from "./find-full";
export { connectTo, Connection, type Db, type OpenConnection, type Password } from "./connection";
export { readGauges, type Gauges } from "./gauges";
export { observePipeline, recordBeats, type PipelineState } from "./hold";
export { iamToken } from "./iam-token";
export {
  isEmitterAwake,
  pollLease,
  releaseLease,
  renewLease,
  retakeLease,
  wantLease,
  type LeaseState,
} from "./lease";
export { noteAttempts, pendingWork, takeUnpublished, type FailedAttempt } from "./outbox";
export { forgottenBefore, pruneOutboxPiece, prunePiece } from "./prune";
export type { Schema } from "./schema";
export { storeEvents, type StoreResult } from "./store-events";
export { isDataError, isLockTimeout, isTransient } from "./transient";
