import type { ObjectCreated } from "./model";

/** Directories and names of all shapes; few, so that they meet. */
export const places = [
  "a/b/",
  "a/c/",
  "a/",
  "",
  "ä ö/+%20/deep/",
  "a//b/",
  "x*y/[z]/",
  "a/b\0c/",
  ".quilt/p/",
];
export const names = ["1", "2.tmp", "3", "日本🧬", "nul\0", "lone\ud800", "plus+%2B", "quote\"'\\"];

/** As S3 sends it; `spelling` writes the same sequencer in another way. */
export function bodyOf(event: ObjectCreated, spelling?: string): string {
  const { sequencer } = event;
  const other = spelling === undefined ? sequencer : sequencer?.toLowerCase().concat("00");
  return JSON.stringify({
    version: "0",
    id: event.id,
    "detail-type": "Object Created",
    source: "aws.s3",
    time: new Date(event.time).toISOString(),
    detail: {
      bucket: { name: event.bucket },
      object: {
        key: event.key,
        size: event.size,
        "version-id": event.version,
        sequencer: other,
      },
    },
  });
}

/** What is no object event of this bucket, and no beat. */
export const junk: readonly unknown[] = [
  "not json",
  "null",
  "[]",
  { source: "aws.s3", "detail-type": "Object Deleted", detail: {} },
  { source: "aws.s3", "detail-type": "Object Created", detail: {} },
  {
    source: "aws.s3",
    "detail-type": "Object Created",
    time: "+012026-01-01T00:00:00Z",
    detail: { bucket: { name: "bucket-1" }, object: { key: "zz/b/c", size: 1, sequencer: "1" } },
  },
  {
    source: "aws.s3",
    "detail-type": "Object Created",
    time: "2026-11-23T10:00:00Z",
    detail: { bucket: { name: "bucket-1" }, object: { key: "zz/b/c", size: -1, sequencer: "1" } },
  },
  { source: "aws.events", "detail-type": "Scheduled Event", time: "tomorrow" },
];
