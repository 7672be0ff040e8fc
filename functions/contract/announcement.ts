import {
  announcementDetailType,
  announcementSource,
  packageNameOf,
  prefixUriOf,
  type AnnouncementDetail,
} from "../../announcement";

/** Why a batch closed. When several hold at once, the first of this list is named. */
export const triggers = ["event-count", "max-age", "duration"] as const;
export type Trigger = (typeof triggers)[number];

/** A closed batch: frozen content, published at least once under one `batchId`. */
export interface Batch {
  /** UUID (version 7); consumers drop a second copy by it. */
  readonly batchId: string;
  readonly bucket: string;
  readonly prefix: string;
  /** Counts the batches of this prefix from 1, without gaps; from 1 again once it was forgotten. */
  readonly sequence: number;
  readonly trigger: Trigger;
  /** Whether it went out late because the pipeline was behind. */
  readonly held: boolean;
  /** Distinct keys. */
  readonly fileCount: number;
  /** Distinct object events: an overwrite is a second event of the same file. */
  readonly eventCount: number;
  /** Sum of the sizes of its object events. */
  readonly totalBytes: number;
  /** Earliest and latest `time` of its object events, as S3 says it. */
  readonly firstEventTime: Date;
  readonly lastEventTime: Date;
  /** When it closed, by the database's clock. */
  readonly closedAt: Date;
}

/**
 * Envelope and detail of the announcement are a live contract: Quilt's packaging engine and its customers'
 * rules match on the two of the envelope and read `version`, `bucket` and `prefix` of the detail.
 */
export { announcementDetailType, announcementSource };

/** One entry of EventBridge's PutEvents, without the bus. */
export interface Announcement {
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: Date;
  readonly Resources: string[];
  readonly Detail: string;
}

/** The announcement of a batch; `partition` is the stack's (`aws`, `aws-cn`, `aws-us-gov`). */
export function announcementOf(batch: Batch, partition: string): Announcement {
  const detail: Required<AnnouncementDetail> = {
    version: "0.1",
    bucket: batch.bucket,
    prefix: batch.prefix,
    prefixUri: prefixUriOf(batch.bucket, batch.prefix),
    packageName: packageNameOf(batch.prefix),
    batchId: batch.batchId,
    sequence: batch.sequence,
    trigger: batch.trigger,
    held: batch.held,
    fileCount: batch.fileCount,
    eventCount: batch.eventCount,
    totalBytes: batch.totalBytes,
    firstEventTime: seconds(batch.firstEventTime),
    lastEventTime: seconds(batch.lastEventTime),
  };
  return {
    Source: announcementSource,
    DetailType: announcementDetailType,
    Time: batch.closedAt,
    Resources: [`arn:${partition}:s3:::${batch.bucket}`],
    Detail: JSON.stringify(detail),
  };
}

/** S3's own resolution: `time` of an object event has whole seconds. */
function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
