import * as pulumi from "@pulumi/pulumi";
import { defaults, type EdpMonitorArgs } from "./edp-monitor-args";
import { isSecondKindOfBus } from "./event-bus-name";
import { isWhole, limits, type Limit } from "./limits";

/** The args as they come: a program in JavaScript, or the stack's config, can hold anything. */
export type GivenArgs = Partial<Record<keyof EdpMonitorArgs, unknown>>;

/**
 * Every wrong value, one line each: what is wrong, the value got, what is allowed, the command that
 * mends it. Outputs and promises have no value yet; `checked` looks at them once they do.
 */
export function problemsOf(args: GivenArgs): string[] {
  const single = limits
    .filter(({ arg }) => args[arg] !== undefined || arg === "bucketName")
    .filter(({ arg, holds }) => !isDeferred(args[arg]) && !holds(args[arg]))
    .map((limit) => lineOf(limit, args[limit.arg]));
  const complete = { ...defaults, ...args };
  return [...single, ...limitsTogether.flatMap((broken) => broken(complete) ?? [])];
}

/** The args, if they are right. Throws one error that names everything that is wrong. */
export function validated(name: string, args: EdpMonitorArgs): EdpMonitorArgs {
  const problems = problemsOf(args);
  // RDS and IAM take no other names. EventBridge's rules have 64 characters at most: 24 for the longest
  // of ours, -object-events-heartbeat, and 8 for Pulumi's suffix.
  if (!/^[A-Za-z](-?[A-Za-z0-9])*$/.test(name) || name.length > 32) {
    problems.unshift(
      `the monitor's name is ${show(name)}, allowed are 1 to 32 letters, digits and single hyphens, ` +
        'beginning with a letter: new EdpMonitor("edp", ...)',
    );
  }
  throwProblems(problems);
  return args;
}

/** Throws a user's error, without a stack trace, when there are problems. */
export function throwProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 wrong value" : `${problems.length} wrong values`;
  throw new pulumi.RunError([`EdpMonitor has ${count}:`, ...problems].join("\n  "));
}

/** An output that is checked as soon as it has a value. */
export function checked<T>(arg: keyof EdpMonitorArgs, value: pulumi.Output<T>): pulumi.Output<T> {
  return value.apply((known) => {
    throwProblems(
      limits
        .filter((limit) => limit.arg === arg && !limit.holds(known))
        .map((limit) => lineOf(limit, known)),
    );
    return known;
  });
}

/** What two args may not be together; each names what is wrong, or nothing. */
const limitsTogether: readonly ((args: GivenArgs) => string | undefined)[] = [
  ({ vpcId, subnetIds }) =>
    vpcId !== undefined && subnetIds === undefined
      ? `vpcId is ${show(vpcId)} without subnetIds, allowed are both or none: pulumi config set --path 'subnetIds[0]' subnet-0123456789abcdef0`
      : undefined,
  ({ vpcId, subnetIds }) =>
    vpcId === undefined && subnetIds !== undefined
      ? `subnetIds is ${show(subnetIds)} without vpcId, allowed are both or none: pulumi config set vpcId vpc-0123456789abcdef0`
      : undefined,
  ({ vpcId, securityGroupId }) =>
    vpcId === undefined && securityGroupId !== undefined
      ? `securityGroupId is ${show(securityGroupId)} without vpcId, allowed is a group of a given VPC: pulumi config set vpcId vpc-0123456789abcdef0`
      : undefined,
  ({ vpcId, availabilityZones }) =>
    vpcId !== undefined && availabilityZones !== undefined
      ? `availabilityZones is ${show(availabilityZones)} with a given VPC, allowed is only for a new one: pulumi config rm availabilityZones`
      : undefined,
  ({ vpcId, vpcCidrBlock }) =>
    vpcId !== undefined && vpcCidrBlock !== undefined
      ? `vpcCidrBlock is ${show(vpcCidrBlock)} with a given VPC, allowed is only for a new one: pulumi config rm vpcCidrBlock`
      : undefined,
  ({ dbAllocatedStorage, dbMaxAllocatedStorage }) => {
    if (!isWhole(dbAllocatedStorage, 20, 65_536) || !isWhole(dbMaxAllocatedStorage, 22, 65_536)) {
      return undefined; // reported by itself, or no growth
    }
    const least = Math.ceil((dbAllocatedStorage * 11) / 10);
    return dbMaxAllocatedStorage < least
      ? `dbMaxAllocatedStorage is ${dbMaxAllocatedStorage}, allowed is a tenth above dbAllocatedStorage or more, here ${least} (GiB), or 0 for no growth: pulumi config set dbMaxAllocatedStorage ${least}`
      : undefined;
  },
];

/** The line about one wrong value. */
function lineOf(limit: Limit, value: unknown): string {
  return `${limit.arg} is ${got(limit, value)}, allowed is ${limit.allowed}: pulumi config ${limit.mend}`;
}

function got({ arg }: Limit, value: unknown): string {
  if (value === undefined) return "missing";
  if (arg === "dbPassword") return "another (it is not shown)";
  const kind =
    arg === "eventBusName" && typeof value === "string" && isSecondKindOfBus(value)
      ? ", a bus of the second kind (event-busv2), which Pulumi's AWS provider cannot make rules on"
      : "";
  return show(value) + kind;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(",")}]`;
  return isDeferred(value) ? "given" : JSON.stringify(value);
}

function isDeferred(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
