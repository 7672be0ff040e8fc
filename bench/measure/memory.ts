import * as fs from "node:fs";

/** The most that a process has had in memory so far, as Linux counts it: what Lambda's limit is about. */
export function peakMemoryMiB(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const kiB = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kiB === undefined) throw new Error(`no peak memory of process ${pid} in its status`);
  return Number(kiB) / 1024;
}
