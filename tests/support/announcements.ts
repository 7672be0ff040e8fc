import { announcementOf, type Batch } from "../../functions/contract";

export const testBatch: Batch = {
  batchId: "01970000-0000-7000-8000-000000000000",
  bucket: "instrument-bucket",
  prefix: "instrument-name/experiment-id/",
  sequence: 3,
  trigger: "event-count",
  held: false,
  fileCount: 24,
  eventCount: 26,
  totalBytes: 73_400_320,
  firstEventTime: new Date("2026-11-23T10:11:02Z"),
  lastEventTime: new Date("2026-11-23T10:15:29Z"),
  closedAt: new Date("2026-11-23T10:15:30.123Z"),
};

/** The announcement of that batch, but for these changes, as EventBridge delivers it. */
export function delivered(changes: Partial<Batch> = {}) {
  const announcement = announcementOf({ ...testBatch, ...changes }, "aws");
  return {
    source: announcement.Source,
    "detail-type": announcement.DetailType,
    resources: announcement.Resources,
    detail: JSON.parse(announcement.Detail) as Record<string, unknown>,
  };
}
