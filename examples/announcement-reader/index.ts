import { isAnnouncement } from "edp-monitor/announcement";

export function handler(event: unknown): void {
  if (!isAnnouncement(event)) throw new Error("no announcement: look at the rule");
  const { bucket, prefix, batchId } = event.detail;
  console.log(`s3://${bucket}/${prefix} has a new batch, ${batchId ?? "of Quilt's own service"}`);
}
