/**
 * The `detail` of `package-objects-ready`. Quilt's own service sends the first three fields and no more;
 * everything else comes from EDP Monitor, which always sends all of it. There will be more fields.
 */
export interface AnnouncementDetail {
  /** Version of the detail. */
  readonly version: "0.1";
  /** Name of the bucket. */
  readonly bucket: string;
  /** What the keys of the batch begin with, to its last `/`; empty: the bucket's root. */
  readonly prefix: string;
  /** `s3://bucket/prefix`, encoded: what quilt3 and Quilt's packaging engine take. See `prefixUriOf`. */
  readonly prefixUri?: string;
  /** The name that Quilt's packaging engine gives to a package of this prefix: see `packageNameOf`. */
  readonly packageName?: string;
  /** UUID (version 7). The same in every copy of an announcement: a consumer drops the second by it. */
  readonly batchId?: string;
  /**
   * Number of the batch among those of its prefix, from 1, without gaps; from 1 again when the prefix was
   * idle for longer than the ledger remembers.
   */
  readonly sequence?: number;
  /** Why the batch closed: `event-count`, `max-age`, `duration`, and what later versions add. */
  readonly trigger?: string;
  /** Whether it went out late because the pipeline was behind. */
  readonly held?: boolean;
  /** Distinct keys. */
  readonly fileCount?: number;
  /** Distinct object events: an overwrite is a second event of the same file. */
  readonly eventCount?: number;
  /** Bytes: the sum of the sizes of its object events. */
  readonly totalBytes?: number;
  /** Time of its earliest object event, as S3 says it: ISO 8601 in UTC, with whole seconds. */
  readonly firstEventTime?: string;
  /** Time of its latest object event. */
  readonly lastEventTime?: string;
}

/** The event, as EventBridge delivers it. Its other fields are EventBridge's. */
export interface AnnouncementEvent {
  /** Whose event it is: what a rule matches, together with `detail-type`. */
  readonly source: "com.quiltdata.edp";
  /** Which event of theirs. */
  readonly "detail-type": "package-objects-ready";
  /** EventBridge's own: another one in every copy. */
  readonly id?: string;
  /** When the batch closed. */
  readonly time?: string;
  /** The bucket's ARN. */
  readonly resources?: readonly string[];
  /** The batch. */
  readonly detail: AnnouncementDetail;
}

export const announcementSource = "com.quiltdata.edp" satisfies AnnouncementEvent["source"];
export const announcementDetailType =
  "package-objects-ready" satisfies AnnouncementEvent["detail-type"];
