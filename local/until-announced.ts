import type { Demo } from "./demo";
import type { Options } from "./options";
import type { Output } from "./output";
import type { StackConfig } from "./program";
import type { LocalStack } from "./stack";

/** Time that the demo's announcements have beyond the quiet period: an ingest and a restart's hold. */
const demoPatienceSeconds = 180;

/** The demo's announcements, or the reason why they did not come. Resolves with the exit code. */
export async function untilAnnounced(
  demo: Demo,
  announced: Announced,
  stack: LocalStack,
  { project, config }: StackConfig,
  { speed }: Pick<Options, "speed">,
  output: Output,
  stopped: Promise<void>,
): Promise<number> {
  const duration = Number(config[`${project}:bucketThresholdDuration`]);
  const patience = ((duration + demoPatienceSeconds) * 1000) / Math.max(1, speed);
  let timer: NodeJS.Timeout | undefined;
  const ended = await Promise.race([
    announced.until(demo.prefixes).then(() => "announced" as const),
    stopped.then(() => "stopped" as const),
    new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), patience);
    }),
  ]);
  clearTimeout(timer);
  if (ended === "announced") return 0;
  const waiting = [...stack.queues].filter(([, queue]) => queue.size > 0);
  output.problem(
    `not announced ${ended === "late" ? `within ${Math.round(patience / 1000)} s` : "yet"}: ` +
      announced.missing(demo.prefixes).join(", "),
  );
  waiting.forEach(([name, queue]) => output.problem(`  ${queue.size} messages in ${name}`));
  return 1;
}

/** The prefixes that were announced, and who waits for more. */
export class Announced {
  readonly #prefixes: string[] = [];
  #wake: () => void = () => undefined;

  add(message: string): void {
    this.#prefixes.push((JSON.parse(message) as { detail: { prefix: string } }).detail.prefix);
    this.#wake();
  }

  /** A wanted prefix counts as announced when one that contains it, or that it contains, was. */
  missing(wanted: readonly string[]): string[] {
    return wanted.filter(
      (prefix) => !this.#prefixes.some((one) => prefix.startsWith(one) || one.startsWith(prefix)),
    );
  }

  async until(wanted: readonly string[]): Promise<void> {
    while (this.missing(wanted).length > 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
