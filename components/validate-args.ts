import * as pulumi from "@pulumi/pulumi";
import { defaults, inputArgs, type CompleteArgs, type EdpMonitorArgs } from "./edp-monitor-args";
import { exampleSubnets, exampleVpc, isWhole, limits, type Limit } from "./limits";
import { isMisspelt, nearest } from "./nearest";
import { inCode, throwProblems, type Change, type Problem } from "./problem";
import { deferredPart, isDeferred, show } from "./show";
import { tagsAsTexts, tooManyForSubnets } from "./tags";

/** The args as they come: a program in JavaScript, or the stack's config, can hold anything. */
export type GivenArgs = Partial<Record<keyof EdpMonitorArgs, unknown>>;

const knownArgs = limits.map(({ arg }) => arg);
const secretArgs: readonly string[] = ["dbPassword"] satisfies (keyof EdpMonitorArgs)[];

/**
 * Every wrong value. Outputs and promises have no value yet: where one may come from another resource,
 * `checkedOnceKnown` looks at it when it has; elsewhere it is wrong.
 */
export function problemsOf(args: GivenArgs): Problem[] {
  const single = limits
    .filter(({ arg }) => args[arg] !== undefined || arg === "bucketName")
    .flatMap((limit) => problemOf(limit, args[limit.arg]) ?? []);
  const complete = { ...defaults, ...args };
  return [...single, ...limitsTogether.flatMap((broken) => broken(complete) ?? [])];
}

/** A name that no arg has, with the nearest that one has. */
export function unknownArg(name: string, value: unknown, others: readonly string[]): Problem {
  const known = nearest(name, knownArgs);
  const isSecret = secretArgs.includes(known);
  const moved = isMisspelt(name, known) && !others.includes(known);
  return {
    says: `${name} is ${isSecret ? "set" : show(value)}, allowed are known args alone, the nearest is ${known}`,
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
export function validated(name: unknown, args: unknown, opts?: unknown): EdpMonitorArgs {
  const given = (isRecord(args) ? args : {}) as GivenArgs & Record<string, unknown>;
  const isMissing = args === undefined || args === null || isRecord(args);
  const unknown = Object.entries(given).filter(
    ([arg, value]) => value !== undefined && !knownArgs.some((known) => known === arg),
  );
  throwProblems(
    [
      ...problemsOfName(name),
      ...problemsOfOptions(opts),
      ...(isMissing ? [] : [wrongKindOfArgs(args)]),
      ...unknown.map(([arg, value]) => unknownArg(arg, value, Object.keys(given))),
      ...(isMissing ? problemsOf(given) : []),
    ],
    inCode,
  );
  const { tags } = given;
  return {
    ...(given as unknown as EdpMonitorArgs),
    ...(isRecord(tags) ? { tags: tagsAsTexts(tags) } : {}),
  };
}

/** The args, with an output that is checked as soon as it has a value for each that has none yet. */
export function checkedOnceKnown(args: CompleteArgs): CompleteArgs {
  const deferred = limits
    .filter(({ arg }) => deferredPart(args[arg], arg) !== undefined)
    .map((limit) => [limit.arg, checked(limit, args)]);
  return { ...args, ...(Object.fromEntries(deferred) as Partial<CompleteArgs>) };
}

function checked(limit: Limit, args: CompleteArgs): pulumi.Output<unknown> {
  const { arg } = limit;
  const value: pulumi.Output<unknown> = pulumi.output<unknown>(args[arg]);
  return value.apply((known) => {
    const single = limit.holds(known) ? [] : [brokenLimit(limit, known)];
    const together = limitsTogether.flatMap((broken) => broken({ ...args, [arg]: known }) ?? []);
    // Outputs come from code alone.
    throwProblems([...single, ...together], inCode);
    return arg === "tags" ? tagsAsTexts(known as Record<string, unknown>) : known;
  });
}

function problemOf(limit: Limit, value: unknown): Problem | undefined {
  if (limit.arg in inputArgs) {
    return isDeferred(value) || limit.holds(value) ? undefined : brokenLimit(limit, value);
  }
  const deferred = deferredPart(value, limit.arg);
  if (deferred !== undefined) return valueComesLater(limit, deferred);
  return limit.holds(value) ? undefined : brokenLimit(limit, value);
}

function brokenLimit(limit: Limit, got: unknown): Problem {
  const { arg, allowed, holds, example, about, meant, shown } = limit;
  const better = meant?.(got);
  const isSecret = secretArgs.includes(arg);
  const says = [
    `${arg} is ${shown?.(got) ?? gotText(got, isSecret)}`,
    about?.(got),
    `allowed is ${allowed}`,
  ];
  return {
    says: says.filter((one) => one !== undefined).join(", "),
    mend: [
      isSecret
        ? { arg, isSecret }
        : changeTo(limit, better !== undefined && holds(better) ? better : example),
    ],
  };
}

function changeTo({ arg, file }: Limit, value: unknown): Change {
  return file === undefined ? { arg, value } : { arg, file };
}

/** Everything that is not an input shapes the resource graph or is part of texts that cannot wait. */
function valueComesLater(limit: Limit, path: string): Problem {
  return {
    says:
      `${path} is an output, whose value comes from another resource, allowed is only a value that ` +
      `the program knows itself, ${limit.allowed}`,
    mend: [changeTo(limit, limit.example)],
  };
}

function gotText(value: unknown, isSecret: boolean): string {
  if (value === undefined) return "missing";
  return isSecret ? "another (it is not shown)" : show(value);
}

/**
 * RDS and the AWS provider take no other names, and EC2 takes none that looks like a group's id: the
 * monitor's name begins those of its resources. EventBridge's rules have 64 characters at most: 24 for
 * the longest of ours, -object-events-heartbeat, and 8 for Pulumi's suffix.
 */
function problemsOfName(name: unknown): Problem[] {
  const isRight =
    typeof name === "string" &&
    /^[a-z](-?[a-z0-9])*$/.test(name) &&
    name.length <= 32 &&
    !/^sg(-|$)/.test(name);
  if (isRight) return [];
  return [
    {
      says:
        `the monitor's name is ${gotText(name, false)}, allowed are 1 to 32 lower-case letters, digits and ` +
        'single hyphens, beginning with a letter, but neither "sg" nor with "sg-"',
      mend: [{ arg: "the monitor's name", value: "edp" }],
    },
  ];
}

function problemsOfOptions(opts: unknown): Problem[] {
  if (opts === undefined || opts === null || isRecord(opts)) return [];
  const arg = "the monitor's options";
  return [
    { says: `${arg} are ${show(opts)}, allowed are Pulumi's resource options`, mend: [{ arg }] },
  ];
}

function wrongKindOfArgs(args: unknown): Problem {
  const arg = "the monitor's args";
  const value = { bucketName: "my-bucket" };
  return {
    says: `${arg} are ${show(args)}, allowed are values by their names`,
    mend: [{ arg, value }],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !isDeferred(value) && !pulumi.Resource.isInstance(value);
}

/** What two args may not be together. */
const limitsTogether: readonly ((args: GivenArgs) => Problem | undefined)[] = [
  ({ vpcId, subnetIds }) =>
    vpcId !== undefined && subnetIds === undefined
      ? together(`vpcId is ${show(vpcId)} without subnetIds, allowed are both or none`, {
          arg: "subnetIds",
          value: exampleSubnets,
        })
      : undefined,
  ({ vpcId, subnetIds }) =>
    vpcId === undefined && subnetIds !== undefined
      ? together(`subnetIds is ${show(subnetIds)} without vpcId, allowed are both or none`, {
          arg: "vpcId",
          value: exampleVpc,
        })
      : undefined,
  ({ vpcId, securityGroupId: group }) =>
    vpcId === undefined && group !== undefined
      ? together(
          `securityGroupId is ${show(group)} without vpcId, allowed is a group of a given VPC`,
          { arg: "vpcId", value: exampleVpc },
        )
      : undefined,
  ...(["availabilityZones", "vpcCidrBlock"] as const).map(
    (arg) =>
      ({ vpcId, [arg]: value }: GivenArgs) =>
        vpcId !== undefined && value !== undefined
          ? together(`${arg} is ${show(value)} with a given VPC, allowed is only for a new one`, {
              arg,
            })
          : undefined,
  ),
  ({ dbAllocatedStorage, dbMaxAllocatedStorage }) => {
    if (!isWhole(dbAllocatedStorage, 20, 65_536) || !isWhole(dbMaxAllocatedStorage, 22, 65_536)) {
      return undefined; // reported by itself, or no growth
    }
    const least = Math.ceil((dbAllocatedStorage * 11) / 10);
    return dbMaxAllocatedStorage < least
      ? together(
          `dbMaxAllocatedStorage is ${dbMaxAllocatedStorage}, allowed is a tenth above dbAllocatedStorage or more, here ${least} (GiB), or 0 for no growth`,
          { arg: "dbMaxAllocatedStorage", value: least },
        )
      : undefined;
  },
  ({ vpcId, tags }) => {
    const tooMany = vpcId === undefined ? tooManyForSubnets(tags) : 0;
    if (tooMany === 0) return undefined;
    const all = Object.entries(tags as object);
    // More than 50 are reported by themselves.
    return all.length > 50
      ? undefined
      : together(
          `tags is ${all.length} tags with a new VPC, whose subnets get the tags Name and SubnetType as well, allowed are 50 in all`,
          { arg: "tags", value: Object.fromEntries(all.slice(0, -tooMany)) },
        );
  },
];

function together(says: string, change: Change): Problem {
  return { says, mend: [change] };
}
