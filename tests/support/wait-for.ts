import { setTimeout as sleep } from "node:timers/promises";

const lookEveryMs = 10;

/** What `look` gives as soon as it is true or truthy. Throws, naming `what`, when that takes too long. */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > until) throw new Error(`waited ${timeoutMs} ms for ${what}, in vain`);
    await sleep(lookEveryMs);
  }
}
