import { embeddedMetrics } from "../contract";
import type { Meter } from "./meter";
import type { EmitterLog } from "./ports";

/** What writes structured lines; the logger's. */
export type Lines = Readonly<
  Record<"info" | "warn" | "error", (message: string, ...fields: Record<string, unknown>[]) => void>
>;

/** What one run of the emitter says as it goes; the meter hears of it for the line at its end. */
export function runLog(bucket: string, meter: Meter, lines: Lines, now = Date.now): EmitterLog {
  return {
    looked: (state) => meter.looked(state),
    announced: (lateness) => {
      meter.announced(lateness);
      for (const values of meter.fullLines()) {
        const [metrics] = embeddedMetrics(bucket, { AnnouncementLateness: values }, now());
        lines.info("more metrics", { ...metrics });
      }
    },
    closed: (batch) => {
      meter.closed(batch);
      lines.info("batch closed", { ...batch });
    },
    published: (batch) => {
      meter.published(batch);
      const { batchId, prefix, sequence, trigger, held, fileCount, eventCount } = batch;
      const fields = { batchId, prefix, sequence, trigger, held, fileCount, eventCount };
      lines.info("batch published", fields);
    },
    failed: ({ batchId, prefix }, error) => {
      meter.failed();
      lines.error("batch not published; tried again", { batchId, prefix, error });
    },
    lockedPrefixes: () => lines.warn("some prefixes are locked; looking at the others"),
    behind: (state) => {
      const details = { ...state };
      if (!state.behind) lines.info("pipeline caught up", details);
      // The first minute of a new stack, or a heartbeat that was never let in: its alarm tells them apart.
      else if (state.heartbeatAgeSeconds === null) {
        lines.info("no heartbeat seen yet; duration triggers held", details);
      } else lines.warn("pipeline behind; duration triggers held", details);
    },
  };
}
