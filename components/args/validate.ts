import * as pulumi from "@pulumi/pulumi";
import type { Arg, ArgTable, Settled } from "./arg";
import { isMisspelt, nearest } from "./nearest";
import { inCode, throwProblems, type Change, type Problem } from "./problem";
import { deferredPart, isDeferred, show } from "./show";

/** The args as they come: a program in JavaScript, or the stack's config, can hold anything. */
export type Given<Args> = Partial<Record<keyof Args, unknown>>;

/** What a component may be given. */
export interface Allowed<Args> {
  /** Its class. */
  readonly component: string;
  /** What its errors call one. */
  readonly noun: string;
  readonly name: Pick<Arg, "holds" | "allowed" | "example">;
  readonly args: ArgTable<Args>;
  /** What several args may not be together. */
  readonly together: readonly ((args: Given<Args>) => Problem | undefined)[];
  /** Args that are right, for who gave something else as args. */
  readonly example: Given<Args>;
}

/**
 * Every wrong value. Outputs and promises have no value yet: where one may come from another resource,
 * `settled` looks at it when it has; elsewhere it is wrong.
 */
export function problemsOf<Args>(allowed: Allowed<Args>, args: Given<Args>): Problem[] {
  const single = listed(allowed.args)
    .filter(([name, arg]) => args[name] !== undefined || arg.isRequired)
    .flatMap(([name, arg]) => problemOf(name, arg, args[name]) ?? []);
  const complete = { ...defaultsOf(allowed.args), ...args };
  return [...single, ...allowed.together.flatMap((broken) => broken(complete) ?? [])];
}

/** A name that no arg has, with the nearest that one has. */
export function unknownArg<Args>(
  { args }: Allowed<Args>,
  name: string,
  value: unknown,
  others: readonly string[],
): Problem {
  const known = nearest(
    name,
    listed(args).map(([one]) => one),
  );
  const isSecret = args[known].kind === "secret";
  const moved = isMisspelt(name, known) && !others.includes(known);
  return {
    says: `${name} is ${isSecret ? "set" : show(value)}, allowed are only known args, the nearest is ${known}`,
    mend: [
      { arg: name },
      ...(moved ? [isSecret ? { arg: known, isSecret } : { arg: known, value }] : []),
    ],
  };
}

/**
 * What a program gave, if it is right: as AWS takes it. Throws one error that names everything that is
 * wrong, in the words of a program's code.
 */
export function validated<Args>(
  allowed: Allowed<Args>,
  name: unknown,
  args: unknown,
  opts?: unknown,
): Args {
  const given = (isRecord(args) ? args : {}) as Given<Args> & Record<string, unknown>;
  const isReadable = args === undefined || args === null || isRecord(args);
  const unknown = Object.entries(given).filter(
    ([arg, value]) => value !== undefined && !Object.hasOwn(allowed.args, arg),
  );
  throwProblems(
    allowed.component,
    [
      ...problemsOfName(allowed, name),
      ...problemsOfOptions(allowed, opts),
      ...(isReadable ? [] : [wrongKindOfArgs(allowed, args)]),
      ...unknown.map(([arg, value]) => unknownArg(allowed, arg, value, Object.keys(given))),
      ...(isReadable ? problemsOf(allowed, given) : []),
    ],
    inCode,
  );
  const taken = listed(allowed.args).flatMap(([arg, { takenAs }]) =>
    takenAs === undefined || given[arg] === undefined || isDeferred(given[arg])
      ? []
      : [[arg, takenAs(given[arg])] as const],
  );
  return { ...(given as unknown as Args), ...Object.fromEntries(taken) };
}

/** The defaults that are values. */
export function defaultsOf<Args>(args: ArgTable<Args>): Given<Args> {
  const entries = listed(args).filter(([, arg]) => arg.default !== undefined);
  return Object.fromEntries(entries.map(([name, arg]) => [name, arg.default])) as Given<Args>;
}

/**
 * The args that a program gave, which are right as far as they are known, with the defaults. Each that
 * may come from another resource is an output, which is checked as soon as it has a value.
 */
export function settled<Args extends object, Defaulted extends keyof Args>(
  allowed: Allowed<Args>,
  args: Args,
): Settled<Args, Defaulted> {
  // One that is given as undefined counts as not given.
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const complete = { ...defaultsOf(allowed.args), ...Object.fromEntries(given) } as Given<Args>;
  const inputs = listed(allowed.args)
    .filter(([name, { isInput }]) => isInput && complete[name] !== undefined)
    .map(([name]) => [name, checked(allowed, name, complete)] as const);
  return { ...complete, ...Object.fromEntries(inputs) } as Settled<Args, Defaulted>;
}

function checked<Args>(
  { component, args: table, together }: Allowed<Args>,
  name: keyof Args & string,
  args: Given<Args>,
): pulumi.Output<unknown> {
  const value: pulumi.Output<unknown> = pulumi.output<unknown>(args[name]);
  if (deferredPart(args[name], name) === undefined) return value;
  const arg: Arg = table[name];
  return value.apply((known) => {
    const single = arg.holds(known) ? [] : [brokenLimit(name, arg, known)];
    const others = together.flatMap((broken) => broken({ ...args, [name]: known }) ?? []);
    // Outputs come only from code.
    throwProblems(component, [...single, ...others], inCode);
    return arg.takenAs === undefined ? known : arg.takenAs(known);
  });
}

/** The args of a table with their names. */
export function listed<Args>(args: ArgTable<Args>): (readonly [keyof Args & string, Arg])[] {
  return Object.entries(args) as [keyof Args & string, Arg][];
}

function problemOf(name: string, arg: Arg, value: unknown): Problem | undefined {
  if (arg.isInput) {
    return isDeferred(value) || arg.holds(value) ? undefined : brokenLimit(name, arg, value);
  }
  const deferred = deferredPart(value, name);
  if (deferred !== undefined) return valueComesLater(name, arg, deferred);
  return arg.holds(value) ? undefined : brokenLimit(name, arg, value);
}

function brokenLimit(name: string, arg: Arg, got: unknown): Problem {
  const { allowed, holds, example, about, meant, shown } = arg;
  const better = meant?.(got);
  const isSecret = arg.kind === "secret";
  const says = [
    `${name} is ${shown?.(got) ?? gotText(got, isSecret)}`,
    about?.(got),
    `allowed is ${allowed}`,
  ];
  return {
    says: says.filter((one) => one !== undefined).join(", "),
    mend: [
      isSecret
        ? { arg: name, isSecret }
        : changeTo(name, arg, better !== undefined && holds(better) ? better : example),
    ],
  };
}

function changeTo(name: string, { file }: Arg, value: unknown): Change {
  return file === undefined ? { arg: name, value } : { arg: name, file };
}

function valueComesLater(name: string, arg: Arg, path: string): Problem {
  return {
    says:
      `${path} is an output, whose value comes from another resource, allowed is only a value that ` +
      `the program knows itself, ${arg.allowed}`,
    mend: [changeTo(name, arg, arg.example)],
  };
}

function gotText(value: unknown, isSecret: boolean): string {
  if (value === undefined) return "missing";
  return isSecret ? "another (it is not shown)" : show(value);
}

function problemsOfName<Args>({ noun, name: limit }: Allowed<Args>, name: unknown): Problem[] {
  if (limit.holds(name)) return [];
  const arg = `${noun}'s name`;
  return [
    {
      says: `${arg} is ${gotText(name, false)}, allowed are ${limit.allowed}`,
      mend: [{ arg, value: limit.example }],
    },
  ];
}

function problemsOfOptions<Args>({ noun }: Allowed<Args>, opts: unknown): Problem[] {
  if (opts === undefined || opts === null || isRecord(opts)) return [];
  const arg = `${noun}'s options`;
  return [
    { says: `${arg} are ${show(opts)}, allowed are Pulumi's resource options`, mend: [{ arg }] },
  ];
}

function wrongKindOfArgs<Args>({ noun, example }: Allowed<Args>, args: unknown): Problem {
  const arg = `${noun}'s args`;
  return {
    says: `${arg} are ${show(args)}, allowed are values by their names`,
    mend: [{ arg, value: example }],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !isDeferred(value) && !pulumi.Resource.isInstance(value);
}
