import { randomUUID } from "node:crypto";

/** An object that was written, as far as S3's event says. */
export interface WrittenObject {
  readonly bucket: string;
  /** As it is: EventBridge's object events are not URL-encoded. */
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

let lastSequencer = 0n;

/** Hex digits that grow from one to the next, also across runs: S3's are about the time, too. */
function nextSequencer(): string {
  const now = BigInt(Date.now()) << 16n;
  lastSequencer = now > lastSequencer ? now : lastSequencer + 1n;
  return lastSequencer.toString(16).toUpperCase().padStart(18, "0");
}

/** The `Object Created` event of an unversioned bucket, as S3 puts it on the default bus. */
export function objectCreated(
  { bucket, key, size, etag }: WrittenObject,
  { account, region }: { readonly account: string; readonly region: string },
) {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag, sequencer: nextSequencer() },
      "request-id": randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase(),
      requester: account,
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    },
  } as const;
}
