/** What a program refuses its config with: an error that has each problem by itself, too. */
interface Refusal extends Error {
  readonly problems: readonly {
    readonly says: string;
    readonly mend: readonly Change[];
  }[];
}

/** Of one key of the config. */
export interface Change {
  readonly arg: string;
  /** Undefined: it is to be left out. */
  readonly value?: unknown;
  readonly isSecret?: boolean;
}

/**
 * The error, with other words for what mends each problem: the program speaks to who has Pulumi's
 * command line. Errors of another kind stay as they are.
 */
export function inOtherWords(error: unknown, words: (change: Change) => string): unknown {
  if (!isRefusal(error)) return error;
  const lines = error.problems.map(({ says, mend }) => `${says}: ${mend.map(words).join(" and ")}`);
  return new Error(lines.join("\n"), { cause: error });
}

/** A value as one types it. */
export function typed(value: unknown): string {
  if (typeof value === "string") return value;
  const isTexts = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isTexts ? value.join(",") : JSON.stringify(value);
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && Array.isArray((error as Partial<Refusal>).problems);
}
