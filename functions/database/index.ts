export {
  closeDue,
  closeLimit,
  type ClosedBatch,
  type CloseOptions,
  type CloseResult,
} from "./emitting/close-due";
export { findFull } from "./emitting/find-full";
export {
  connectTo,
  Connection,
  type Db,
  type OpenConnection,
  type Password,
} from "./session/connection";
export { readGauges, type Gauges } from "./emitting/gauges";
export type { PipelineState } from "./emitting/judge-pipeline";
export { observePipeline } from "./emitting/observe-pipeline";
export { iamToken } from "./session/iam-token";
export {
  isEmitterAwake,
  pollLease,
  releaseLease,
  renewLease,
  retakeLease,
  wantLease,
  type LeaseState,
} from "./emitting/lease";
export { noteAttempts, pendingWork, takeUnpublished, type FailedAttempt } from "./emitting/outbox";
export { forgottenBefore, pruneOutboxPiece, prunePiece } from "./emitting/prune";
export type { Schema } from "./schema";
export { recordBeats } from "./storing/record-beats";
export { storeEvents, type StoreResult } from "./storing/store-events";
export { isDataError, isLockTimeout, isTransient } from "./session/transient";
