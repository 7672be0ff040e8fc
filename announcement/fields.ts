import type { AnnouncementDetail } from "./event";

interface FieldOf<T> {
  /** For who reads the schema. */
  readonly says: string;
  readonly isRequired?: true;
  readonly example: T;
}
interface TextField extends FieldOf<string> {
  readonly kind: "text";
  /** What the whole text is like, for JavaScript, JSON Schema and Python alike. */
  readonly pattern?: string;
}
interface ConstantField extends FieldOf<string> {
  readonly kind: "constant";
}
interface CountField extends FieldOf<number> {
  readonly kind: "count";
  readonly atLeast: 0 | 1;
}
interface FlagField extends FieldOf<boolean> {
  readonly kind: "flag";
}

export type Field = TextField | ConstantField | CountField | FlagField;

type KindOf<T> = [T] extends [boolean]
  ? FlagField
  : [T] extends [number]
    ? CountField
    : string extends T
      ? TextField
      : ConstantField;

const time = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$";

/**
 * What each field of the detail is: the guard, the JSON Schema, the types for Python and the example are
 * made of it (`npm run docs:announcement`).
 */
export const fields = {
  version: { kind: "constant", says: "Version of the detail.", isRequired: true, example: "0.1" },
  bucket: {
    kind: "text",
    says: "Name of the bucket.",
    isRequired: true,
    pattern: "^.+$",
    example: "instrument-bucket",
  },
  prefix: {
    kind: "text",
    says: "What the keys of the batch begin with, to its last slash; empty: the bucket's root.",
    isRequired: true,
    pattern: "(^|/)$",
    example: "instrument-name/experiment-id/",
  },
  prefixUri: {
    kind: "text",
    says: "s3://bucket/prefix, encoded: what quilt3 and Quilt's packaging engine take.",
    pattern: "^s3://[!-~]+$",
    example: "s3://instrument-bucket/instrument-name/experiment-id/",
  },
  packageName: {
    kind: "text",
    says: "The name that Quilt's packaging engine gives to a package of this prefix.",
    pattern: "^[^/]+/[^/]+$",
    example: "instrument-name/experiment-id",
  },
  batchId: {
    kind: "text",
    says: "UUID, the same in every copy of an announcement: drop the second by it.",
    pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    example: "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
  },
  sequence: {
    kind: "count",
    says: "Number of the batch among those of its prefix, from 1.",
    atLeast: 1,
    example: 3,
  },
  trigger: {
    kind: "text",
    says: "Why the batch closed: event-count, max-age, duration, and what later versions add.",
    pattern: "^[a-z]+(-[a-z]+)*$",
    example: "event-count",
  },
  held: {
    kind: "flag",
    says: "Whether it went out late because the pipeline was behind.",
    example: false,
  },
  fileCount: { kind: "count", says: "Distinct keys.", atLeast: 1, example: 24 },
  eventCount: { kind: "count", says: "Distinct object events.", atLeast: 1, example: 26 },
  totalBytes: {
    kind: "count",
    says: "Sum of the sizes of its object events.",
    atLeast: 0,
    example: 73_400_320,
  },
  firstEventTime: {
    kind: "text",
    says: "Time of its earliest object event: ISO 8601 in UTC, with whole seconds.",
    pattern: time,
    example: "2026-11-23T10:11:02Z",
  },
  lastEventTime: {
    kind: "text",
    says: "Time of its latest object event.",
    pattern: time,
    example: "2026-11-23T10:15:29Z",
  },
} as const satisfies {
  readonly [Name in keyof Required<AnnouncementDetail>]: KindOf<Required<AnnouncementDetail>[Name]>;
};
