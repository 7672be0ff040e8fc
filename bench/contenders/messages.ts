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

function messageOf({ prefixes, from }: Workload, index: number): string {
  const number = from + index;
  const key = `${prefixOf(prefixNumberOf(number, prefixes))}sample-${number}_S1_L001_R1_001.fastq.gz`;
  return JSON.stringify(
    objectCreated(
      { bucket: benchBucket, key, size: 1_000 + (number % 9_000), etag: "0".repeat(32) },
      place,
    ),
  );
}

/** Two directories: an instrument, and its run. */
export function prefixOf(number: number): string {
  return `instrument-${String(number % 20).padStart(2, "0")}/run-${String(number).padStart(6, "0")}/`;
}

/** Of an object event, by its own number. */
export function prefixNumberOf(event: number, prefixes: number): number {
  return scatter(event) % prefixes;
}

/** The same number gives the same prefix in every run; neighbours have nothing in common. */
function scatter(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
