// S3's object events, as EventBridge delivers them.
import type { ObjectEvent } from "../../functions/contract";

export const testBucket = "instrument-bucket";
export const testTime = "2026-11-23T10:15:30Z";

export interface EventFields {
  readonly key?: unknown;
  readonly bucket?: unknown;
  readonly size?: unknown;
  readonly sequencer?: unknown;
  readonly versionId?: unknown;
  readonly id?: unknown;
  readonly time?: unknown;
  readonly source?: unknown;
  readonly detailType?: unknown;
}

/** The event; a field given as undefined is left out. */
export function s3Event(fields: EventFields = {}) {
  const {
    key,
    bucket,
    size,
    sequencer,
    versionId,
    id,
    time,
    source,
    detailType,
  }: Required<EventFields> = {
    key: "instrument/run-1/sample.fastq",
    bucket: testBucket,
    size: 1024,
    sequencer: "617f08299329d189",
    versionId: undefined,
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    time: testTime,
    source: "aws.s3",
    detailType: "Object Created",
    ...fields,
  };
  return {
    version: "0",
    id,
    "detail-type": detailType,
    source,
    account: "111122223333",
    time,
    region: "eu-west-1",
    resources: [`arn:aws:s3:::${String(bucket)}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: {
        key,
        size,
        etag: "b1946ac92492d2347c6235b4d2611184",
        "version-id": versionId,
        sequencer,
      },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "123456789012",
      "source-ip-address": "1.2.3.4",
      reason: "PutObject",
    },
  };
}

/** A beat, as the schedule sends it. */
export function beat(time: string) {
  return {
    version: "0",
    id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "111122223333",
    time,
    region: "eu-west-1",
    resources: ["arn:aws:events:eu-west-1:111122223333:rule/heartbeat"],
    detail: {},
  };
}

/** A parsed object event; the sequencer is what tells two of one key apart. */
export function objectEvent(key: string, sequencer = "1", fields: Partial<ObjectEvent> = {}) {
  return {
    bucket: testBucket,
    key,
    size: 10,
    time: new Date(testTime),
    identity: `s\0\0${sequencer}`,
    ...fields,
  } satisfies ObjectEvent;
}
