// What is open, as it was told; and what has closed, until its announcement is here.

/** @import { Arrived, OpenPrefix, Thresholds } from "../messages" */

/** What closed is shown for so long at the most: its announcement may never reach this page. */
const closedForMs = 90_000;
/**
 * An announcement tells of the end of a batch before a look does. A look may have begun before it, and
 * the next must know: what is there for longer is another batch, of the same moment.
 */
const looksUntilGone = 3;

/** By id. @type {Map<string, OpenPrefix>} */
let open = new Map();
/** By prefix: ids. @type {Map<string, string>} */
let ids = new Map();
/** By id: closed, and not announced yet. @type {Map<string, { row: OpenPrefix, until: number }>} */
const closed = new Map();
/** By id: announced, and not yet seen to be gone. @type {Map<string, { firstMs: number, looks: number }>} */
const announced = new Map();

/** @param {readonly OpenPrefix[]} rows */
export function setOpen(rows) {
  open = new Map(rows.map((row) => [row[0], row]));
  ids = new Map(rows.map(([id, prefix]) => [prefix, id]));
  closed.clear();
  announced.clear();
}

/** What a look at the database has found. @param {readonly OpenPrefix[]} changed @param {readonly string[]} gone */
export function updateOpen(changed, gone) {
  for (const id of gone) {
    const row = open.get(id);
    open.delete(id);
    if (row && !announced.delete(id)) closed.set(id, { row, until: Date.now() + closedForMs });
    else if (row) ids.delete(row[1]);
  }
  for (const [id, one] of announced) if (--one.looks === 0) announced.delete(id);
  for (const row of changed) {
    open.set(row[0], row);
    ids.set(row[1], row[0]);
  }
}

/** What has ended is no longer here: its id, for who shows it. @param {Arrived["event"]} event */
export function endBatch({ time, detail }) {
  const id = ids.get(detail.prefix);
  if (id === undefined) return undefined;
  if (closed.delete(id)) {
    if (!open.has(id)) ids.delete(detail.prefix);
    return id;
  }
  const firstMs = open.get(id)?.[5];
  // The time is one of whole seconds. What began after it is another batch.
  if (firstMs === undefined || firstMs >= Date.parse(time) + 1_000) return undefined;
  announced.set(id, { firstMs, looks: looksUntilGone });
  return id;
}

export function countOpen() {
  return open.size;
}

/** @returns {OpenPrefix[]} */
export function listOpen() {
  return [...open.values()].filter(
    ([id, , , , , firstMs]) => announced.get(id)?.firstMs !== firstMs,
  );
}

/** @returns {OpenPrefix[]} */
export function listClosed() {
  const now = Date.now();
  for (const [id, { row, until }] of closed) {
    if (until >= now && !open.has(id)) continue;
    closed.delete(id);
    if (!open.has(id)) ids.delete(row[1]);
  }
  return [...closed.values()].map(({ row }) => row);
}

/**
 * When a batch is due, and whether that may be held back.
 * @param {OpenPrefix} row @param {{ durationMs: number, maxAgeMs: number }} thresholds @param {boolean} behind
 */
export function closing([, , , , , firstMs, lastMs], { durationMs, maxAgeMs }, behind) {
  const quietAt = lastMs + durationMs;
  const oldAt = firstMs + maxAgeMs;
  return { at: Math.min(quietAt, oldAt), isHeld: behind && quietAt < oldAt };
}

/** @param {Thresholds} told @param {number} speed */
export function readThresholds(told, speed) {
  return {
    count: Number(told.bucketThresholdEventCount),
    durationMs: (Number(told.bucketThresholdDuration) * 1000) / speed,
    maxAgeMs: (Number(told.bucketThresholdMaxAge ?? Infinity) * 1000) / speed,
  };
}
