import fc from "fast-check";
import { perform, Uploads } from "./commands";
import type { SimulatedDatabase } from "./database";
import { history, type History } from "./history";
import { Simulation } from "./simulation";

/**
 * One history, from its beginning to the moment when nothing is left. Throws what went wrong;
 * otherwise returns a digest of everything that happened.
 */
export async function simulate(
  database: SimulatedDatabase,
  { setting, commands }: History,
  seen = new Map<string, number>(),
): Promise<string> {
  const simulation = new Simulation(database, setting);
  const uploads = new Uploads();
  try {
    await simulation.start();
    for (const command of commands) {
      await perform(command, simulation, uploads);
      await simulation.pass(100);
    }
    await simulation.settle();
    await simulation.repeat(uploads.events);
    return simulation.observer.digest;
  } finally {
    await simulation.stop();
    for (const [what, count] of simulation.seen) seen.set(what, (seen.get(what) ?? 0) + count);
  }
}

export interface Failure {
  readonly seed: number;
  readonly error: string;
  /** The shortest history that was found to fail. */
  readonly history: History;
}

/** Runs the history of this number; on failure finds a shorter one that fails too. */
export async function runSeed(
  database: SimulatedDatabase,
  seed: number,
  { seen = new Map<string, number>(), shortenMs = 60_000 } = {},
): Promise<Failure | undefined> {
  let underWay: Promise<unknown> = Promise.resolve();
  const property = fc.asyncProperty(history, async (one) => {
    underWay = simulate(database, one, seen);
    await underWay;
  });
  const result = await fc.check(property, {
    seed,
    numRuns: 1,
    ...(shortenMs > 0 ? { interruptAfterTimeLimit: shortenMs } : { endOnFailure: true }),
  });
  await underWay.catch(() => undefined); // the shortening that was interrupted
  if (!result.failed || !result.counterexample) return undefined;
  const error = result.errorInstance;
  return {
    seed,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    history: result.counterexample[0],
  };
}
