import { UserError } from "../user-error";

/** One wrong value. How it is mended depends on where the value came from: see `Words`. */
export interface Problem {
  /** What is wrong, the value got, what is allowed. */
  readonly says: string;
  /** What mends it, in this order. */
  readonly mend: readonly Change[];
}

/** Of one arg. */
export interface Change {
  readonly arg: string;
  /** One that is allowed; undefined: the arg is to be left out. */
  readonly value?: unknown;
  /** A file whose text is one. */
  readonly file?: string;
  /** Whether its value is a secret, of which no example is given. */
  readonly isSecret?: boolean;
}

/** How a change is made where the args come from: stack config, a program's code. */
export interface Words {
  readonly change: (change: Change) => string;
  /** Between two changes. */
  readonly and: string;
}

/** For a program in any language, which other components' args are set in. */
export const inCode: Words = {
  change: ({ arg, value, file, isSecret = false }) => {
    if (isSecret) return `set ${arg} to a secret`;
    if (file !== undefined) return `set ${arg} to the text of ${file}`;
    return value === undefined ? `leave ${arg} out` : `set ${arg} to ${JSON.stringify(value)}`;
  },
  and: " and ",
};

/** A user's error, without a stack trace. Who reads the args for somebody else puts it in other words. */
export class WrongArgsError extends UserError {
  override readonly name = "WrongArgsError";

  constructor(
    component: string,
    readonly problems: readonly Problem[],
    words: Words,
  ) {
    const count = problems.length === 1 ? "1 wrong value" : `${problems.length} wrong values`;
    super([`${component} has ${count}:`, ...linesOf(problems, words)].join("\n  "));
  }
}

/** One line for each. */
export function linesOf(problems: readonly Problem[], { change, and }: Words): string[] {
  return problems.map(({ says, mend }) => `${says}: ${mend.map(change).join(and)}`);
}

/** Throws one error that names everything that is wrong, if anything is. */
export function throwProblems(component: string, problems: readonly Problem[], words: Words): void {
  if (problems.length > 0) throw new WrongArgsError(component, problems, words);
}
