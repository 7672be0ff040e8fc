import type { StackConfig } from "../local/program";
import type { Output, Stop } from "./terminal";

/** How long is waited for announcements, and who ends it before. */
export interface Patience extends Pick<StackConfig, "project" | "config"> {
  readonly speed: number;
  readonly output: Pick<Output, "problem">;
  readonly stop: Pick<Stop, "asked" | "isAsked">;
}

/** Time beyond the quiet period: an ingest and a restart's hold. */
const beyondSeconds = 180;
const defaultDurationSeconds = 300;

/** Passes when nothing has happened for so long; `again` is for what has. */
export function timeout({ project, config, speed }: Patience) {
  const duration = Number(config[`${project}:bucketThresholdDuration`] ?? defaultDurationSeconds);
  const ms = ((duration + beyondSeconds) * 1000) / Math.max(1, speed);
  let timer: NodeJS.Timeout;
  let isOver = false;
  const passed = new Promise<"late">((resolve) => {
    timer = setTimeout(() => {
      isOver = true;
      resolve("late");
    }, ms);
  });
  return {
    seconds: Math.round(ms / 1000),
    passed,
    isOver: () => isOver,
    again: () => void timer.refresh(),
    clear: () => clearTimeout(timer),
  };
}
