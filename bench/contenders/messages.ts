import { hash } from "node:crypto";
import { objectCreated } from "../../local/object-created";
import type { Workload } from "./contender";

export const benchBucket = "instrument-data";
const place = { account: "111122223333", region: "eu-west-1" };

/** The round's messages, batch by batch: S3's events as they lie in the queue. */
export function batchesOf(workload: Workload): string[][] {
  const { batches, batchSize } = workload;
  return Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: batchSize }, (_, i) => messageOf(workload, batch * batchSize + i)),
  );
}

function messageOf(workload: Workload, index: number): string {
  const number = workload.from + index;
  const key = keyOf(workload, number);
  return JSON.stringify(
    objectCreated(
      { bucket: benchBucket, key, size: 1_000 + (number % 9_000), etag: "0".repeat(32) },
      place,
    ),
  );
}

function keyOf({ prefixes, names, rewrittenFiles, firstPrefix = 0 }: Workload, number: number) {
  if (rewrittenFiles !== undefined) return rewrittenKey(number % rewrittenFiles);
  const nth = Math.floor(number / prefixes);
  const name = names === "hashed" ? hash("md5", String(number)) : `sample-${nth}_S1_L001_R1_001`;
  return `${prefixOf(firstPrefix + prefixNumberOf(number, prefixes))}${name}.fastq.gz`;
}

export function rewrittenKey(file: number): string {
  return `sensors/now/${file}.json`;
}

/** Two directories: an instrument, and its run. */
export function prefixOf(number: number): string {
  return `instrument-${String(number % 20).padStart(2, "0")}/run-${String(number).padStart(6, "0")}/`;
}

/**
 * Of an object event, by its own number: each prefix has its nth file before one has the next, as when
 * many instruments write at once, in an order of its own each time.
 */
export function prefixNumberOf(event: number, prefixes: number): number {
  const nth = Math.floor(event / prefixes);
  return ((event % prefixes) * stride + scatter(nth)) % prefixes;
}

/** A prime that divides no number of prefixes here, so that the steps meet each of them once. */
const stride = 7_919;

/** The same number gives the same one in every run; neighbours have nothing in common. */
function scatter(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
