import { setTimeout as sleep } from "node:timers/promises";

const lookEveryMs = 10;

/**
 * What `look` gives as soon as it is truthy. Throws, naming `what`, when that takes so long that it
 * will not come: the limit is for what hangs, and far from what a busy machine takes.
 */
export async function waitFor<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  timeoutMs = 60_000,
): Promise<NonNullable<T>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > until) {
      const named = typeof what === "string" ? what : what();
      throw new Error(`waited ${timeoutMs} ms for ${named}, in vain`);
    }
    await sleep(lookEveryMs);
  }
}
