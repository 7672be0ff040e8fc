import { limits, type Batch } from "../contract";
import {
  noteAttempts,
  observePipeline,
  pendingWork,
  pollLease,
  pruneOutboxPiece,
  prunePiece,
  releaseLease,
  renewLease,
  retakeLease,
  takeUnpublished,
  wantLease,
  type LeaseState,
} from "../database";
import { Closer } from "./closer";
import { callsAtOnce, entriesPerCall, publish, type PublishResult } from "./publish";
import type { EmitterLog, EmitterPorts } from "./ports";
import type { Settings } from "./settings";

/** Pause between two looks while there is work. */
const lookEveryMs = 1_000;
const pollEveryMs = limits.leasePoll * 1000;
const reserveMs = limits.emitterReserve * 1000;
/** Rounds of publishing between two looks: as many batches as one look closes, and a few more. */
const roundsPerLook = 13;
/** Pieces that a run without other work prunes at the most: half a second, if there is much to delete. */
const idlePrunePieces = 8;

export type RunEnd = "no-work" | "superseded" | "handed-over" | "out-of-time";

/**
 * One run: takes the lease, closes what is due, publishes what is closed; stays while there is an
 * open or unpublished batch. `runId` is a UUID of its own.
 *
 * Closing and publishing take turns: when very much is due at once, what is closed is not kept waiting
 * for what is not. Then one look follows the other, each with what the pipeline is like by then.
 */
export async function emit(
  runId: string,
  settings: Pick<Settings, "thresholds" | "heartbeat" | "retentionDays" | "partition">,
  ports: EmitterPorts,
): Promise<RunEnd> {
  const lease = await takeLease(runId, ports);
  if (lease !== "held") return lease === "superseded" ? "superseded" : "out-of-time";
  const closer = new Closer(runId, settings.thresholds, ports);
  let wasBehind = false;
  let isReleased = false;
  for (;;) {
    let isMore = false;
    try {
      const takeOrRenew = isReleased ? retakeLease : renewLease;
      if (!(await ports.withDatabase((db) => takeOrRenew(db, runId)))) return "handed-over";
      isReleased = false;
      const state = await ports.withDatabase((db) =>
        observePipeline(db, runId, settings.heartbeat),
      );
      ports.log.looked(state);
      if (state.behind !== wasBehind) ports.log.behind(state);
      wasBehind = state.behind;
      const closing = closer.round(state.hold);
      await closing.catch(() => undefined); // what is closed is published all the same
      const published = await publishRounds(runId, settings, ports);
      if (published === "handed-over") return "handed-over";
      isMore = (await closing) || published === "more";
      if (!isMore && !(await hasWork(ports))) {
        await prune(settings.retentionDays, idlePrunePieces, ports);
        isReleased = true; // or perhaps, when the answer is lost
        await ports.withDatabase((db) => releaseLease(db, runId));
        // An ingest that saw the lease still held has not woken anybody: look once more.
        if (!(await hasWork(ports))) return "no-work";
        continue;
      }
      await prune(settings.retentionDays, 1, ports);
    } catch (error) {
      if (!ports.recovers(error)) throw error;
      isMore = false;
    }
    if (ports.remaining() < reserveMs) {
      await ports.withDatabase((db) => releaseLease(db, runId)).catch(() => undefined); // it runs out anyway
      return "out-of-time";
    }
    if (!isMore) await ports.sleep(lookEveryMs);
  }
}

/** Waits for the lease: its holder hands it over at its next look, and a dead one's runs out. */
async function takeLease(runId: string, ports: EmitterPorts): Promise<LeaseState> {
  let state = await ports.withDatabase((db) => wantLease(db, runId));
  while (state === "waiting" && ports.remaining() > reserveMs) {
    await ports.sleep(pollEveryMs);
    state = await ports.withDatabase((db) => pollLease(db, runId));
  }
  // Nobody must hand over to a run that does not wait any more.
  if (state === "waiting") await ports.withDatabase((db) => releaseLease(db, runId));
  return state;
}

/** Publishes round by round, until nothing is left, it is enough for one look, or time runs out. */
async function publishRounds(
  runId: string,
  settings: Pick<Settings, "partition">,
  ports: EmitterPorts,
): Promise<"all" | "more" | "handed-over"> {
  const size = callsAtOnce * entriesPerCall;
  for (let round = 0; round < roundsPerLook; round++) {
    if (!(await ports.withDatabase((db) => renewLease(db, runId)))) return "handed-over";
    const batches = await ports.withDatabase((db) => takeUnpublished(db, size));
    if (batches.length === 0) return "all";
    const result = await publish(batches, settings.partition, ports);
    logResult(batches, result, ports.log);
    const lateness = await ports.withDatabase((db) =>
      noteAttempts(db, runId, result.published, result.failed),
    );
    ports.log.announced(lateness);
    if (ports.remaining() < reserveMs) break;
  }
  return "more";
}

function logResult(batches: readonly Batch[], result: PublishResult, log: EmitterLog): void {
  const published = new Set(result.published);
  const errors = new Map(result.failed.map(({ batchId, error }) => [batchId, error]));
  for (const batch of batches) {
    if (published.has(batch.batchId)) log.published(batch);
    else log.failed(batch, errors.get(batch.batchId) ?? "unknown");
  }
}

async function hasWork(ports: EmitterPorts): Promise<boolean> {
  const { openPrefixes, unpublished } = await ports.withDatabase(pendingWork);
  return openPrefixes || unpublished;
}

async function prune(retentionDays: number, pieces: number, ports: EmitterPorts): Promise<void> {
  for (let piece = 0; piece < pieces; piece++) {
    const { more } = await ports.withDatabase((db) => prunePiece(db, retentionDays));
    const batches = await ports.withDatabase((db) => pruneOutboxPiece(db, retentionDays));
    if (!more && batches === 0) return;
  }
}
