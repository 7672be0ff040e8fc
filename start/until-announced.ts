import { timeout, type Patience } from "./patience";
import type { Demo } from "./demo";
import type { LocalStack } from "../local/stack";

/** The demo's announcements, or the reason why they did not come. Resolves with the exit code. */
export async function untilAnnounced(
  { prefixes }: Pick<Demo, "prefixes">,
  announced: Announced,
  stack: Pick<LocalStack, "queues">,
  patience: Patience,
): Promise<number> {
  const { output, stop } = patience;
  const late = timeout(patience);
  const ended = await Promise.race([
    announced.until(prefixes).then(() => "announced" as const),
    stop.asked.then(() => "stopped" as const),
    late.passed,
  ]);
  late.clear();
  if (ended === "announced") return 0;
  const missing = announced.missing(prefixes).join(", ");
  output.problem(
    `not announced ${ended === "late" ? `within ${late.seconds} s` : "yet"}: ${missing}`,
  );
  for (const [name, { size }] of stack.queues) {
    if (size > 0) output.problem(`  ${size} messages in ${name}`);
  }
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

  get count(): number {
    return this.#prefixes.length;
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
