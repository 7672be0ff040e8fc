import { setTimeout as sleep } from "node:timers/promises";

/** What `work` brings in time. Otherwise undefined, and `late` is called; what it brings then is lost. */
export async function withTimeout<T>(
  ms: number,
  work: Promise<T>,
  late: () => void,
): Promise<T | undefined> {
  const inTime = new AbortController();
  const timer = sleep(Math.max(0, ms), undefined, { signal: inTime.signal }).then(
    late,
    () => undefined,
  );
  work.catch(() => undefined); // rejecting late, it has nobody to tell
  try {
    return (await Promise.race([work, timer])) ?? undefined;
  } finally {
    inTime.abort();
  }
}
