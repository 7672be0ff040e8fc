// One arg of a component, as data: how it is read, checked and described.
import type * as pulumi from "@pulumi/pulumi";

/** How the stack's config has it: `secret` is a text that Pulumi encrypts. */
export type Kind = "text" | "number" | "flag" | "list" | "map" | "secret";

/** What one arg may be. */
export interface Limit {
  readonly holds: (value: unknown) => boolean;
  /** Follows "allowed is". */
  readonly allowed: string;
  /** A value that holds; undefined: leaving the arg out mends it. */
  readonly example?: unknown;
  /** A file that has such a value, where it is too long for an example. */
  readonly file?: string;
  /** A value got as an error shows it, where it is not to be seen whole. */
  readonly shown?: (value: unknown) => string | undefined;
  /** What a value got is, where that explains why it does not hold; follows it, after a comma. */
  readonly about?: (value: unknown) => string | undefined;
  /** What a value got was probably meant to be: an example better than the example. */
  readonly meant?: (value: unknown) => unknown;
}

/** Who reads about it: the README and Pulumi.yaml are made of this. */
export interface Described {
  readonly kind: Kind;
  /** What it is, in Markdown, in one line; its unit too. */
  readonly summary: string;
  /** The value without one. */
  readonly default?: unknown;
  /** What there is without one, where that is no value. */
  readonly otherwise?: string;
}

export interface Arg extends Limit, Described {
  readonly isRequired?: boolean;
  /**
   * Whether it may come from another resource. All others shape the resource graph or are part of
   * texts that cannot wait.
   */
  readonly isInput?: boolean;
  /** What a value that holds is taken as, where AWS takes it in another form. */
  readonly takenAs?: (value: unknown) => unknown;
}

/** The names of the args that may come from another resource, by their types. */
export type InputArg<Args> = {
  [A in keyof Args]-?: [Extract<Args[A], Promise<unknown>>] extends [never] ? never : A;
}[keyof Args];

/** Every arg of a component, in the order of the documents. */
export type ArgTable<Args> = {
  readonly [A in keyof Args]-?: Arg &
    (undefined extends Args[A] ? { readonly isRequired?: never } : { readonly isRequired: true }) &
    (A extends InputArg<Args> ? { readonly isInput: true } : { readonly isInput?: never });
};

/** The args of a component that its table has a default for. */
export type DefaultedArg<Table> = {
  [A in keyof Table]: Table[A] extends { readonly default: unknown } ? A : never;
}[keyof Table];

/** The args with their defaults, and each that may come from another resource as an output. */
export type Settled<Args, Defaulted extends keyof Args> = {
  readonly [
    A in keyof (Omit<Args, Defaulted> & Required<Pick<Args, Defaulted>>)
  ]: A extends InputArg<Args>
    ? pulumi.Output<pulumi.Unwrap<NonNullable<Args[A]>>>
    : (Omit<Args, Defaulted> & Required<Pick<Args, Defaulted>>)[A];
};

export function whole<const D extends Described & { readonly default?: number }>(
  [least, most]: readonly [number, number],
  described: D,
  { unit, example = described.default }: { unit?: string; example?: number } = {},
): D & Limit {
  return {
    ...described,
    holds: (value) => isWhole(value, least, most),
    allowed: `a whole number from ${least} to ${most}${unit === undefined ? "" : ` (${unit})`}`,
    example,
  };
}

export function text<const D extends Omit<Described, "kind">>(
  form: RegExp,
  allowed: string,
  example: string,
  described: D,
): D & Limit & { readonly kind: "text" } {
  return {
    ...described,
    kind: "text",
    holds: (value) => isText(value, form),
    allowed: `${allowed}, such as ${example}`,
    example,
  };
}

export function flag<const D extends Omit<Described, "kind"> & { readonly default: boolean }>(
  described: D,
): D & Limit & { readonly kind: "flag" } {
  return {
    ...described,
    kind: "flag",
    holds: (value) => typeof value === "boolean",
    allowed: "true or false",
    example: described.default,
  };
}

export function isText(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
