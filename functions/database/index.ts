export { closeDue, closeLimit, type ClosedBatch } from "./close-due";
export { connectTo, Connection, type Db, type OpenConnection, type Password } from "./connection";
export { readGauges, type Gauges } from "./gauges";
export { observePipeline, recordBeats, type PipelineState } from "./hold";
export { iamToken } from "./iam-token";
export {
  isEmitterAwake,
  leaseSeconds,
  pollLease,
  releaseLease,
  renewLease,
  retakeLease,
  wantLease,
  type LeaseState,
} from "./lease";
export {
  noteAttempts,
  pendingWork,
  takeUnpublished,
  type FailedAttempt,
  type Pending,
} from "./outbox";
export { forgottenBefore, pruneLedgerPiece, pruneOutboxPiece } from "./prune";
export type { Schema } from "./schema";
export { storeEvents, type StoreResult } from "./store-events";
export { isDataError, isLockTimeout, isTransient } from "./transient";
