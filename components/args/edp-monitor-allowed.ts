import { isWhole, type Settled } from "./arg";
import type { EdpMonitorArgs } from "./edp-monitor-args";
import { argTable, exampleSubnets, exampleVpc, type Defaulted } from "./edp-monitor-table";
import type { Change, Problem } from "./problem";
import { show } from "./show";
import { tooManyForSubnets } from "./tags";
import type { Allowed } from "./validate";

/** The args of a monitor with their defaults, and each that may come from another resource as an output. */
export type SettledArgs = Settled<EdpMonitorArgs, Defaulted>;

export const edpMonitorAllowed: Allowed<EdpMonitorArgs> = {
  component: "EdpMonitor",
  noun: "the monitor",
  // RDS and the AWS provider take no other names, and EC2 takes none that looks like a group's id: the
  // monitor's name begins those of its resources. EventBridge's rules have 64 characters at most: 24 for
  // the longest of ours, -object-events-heartbeat, and 8 for Pulumi's suffix.
  name: {
    holds: (name) =>
      typeof name === "string" &&
      /^[a-z](-?[a-z0-9])*$/.test(name) &&
      name.length <= 32 &&
      !/^sg(-|$)/.test(name),
    allowed:
      "1 to 32 lower-case letters, digits and single hyphens, beginning with a letter, but neither " +
      '"sg" nor with "sg-"',
    example: "edp",
  },
  args: argTable,
  example: { bucketName: argTable.bucketName.example },
  together: [
    ({ vpcId, subnetIds }) =>
      vpcId !== undefined && subnetIds === undefined
        ? problem(`vpcId is ${show(vpcId)} without subnetIds, allowed are both or none`, {
            arg: "subnetIds",
            value: exampleSubnets,
          })
        : undefined,
    ({ vpcId, subnetIds }) =>
      vpcId === undefined && subnetIds !== undefined
        ? problem(`subnetIds is ${show(subnetIds)} without vpcId, allowed are both or none`, {
            arg: "vpcId",
            value: exampleVpc,
          })
        : undefined,
    ({ vpcId, securityGroupId: group }) =>
      vpcId === undefined && group !== undefined
        ? problem(
            `securityGroupId is ${show(group)} without vpcId, allowed is a group of a given VPC`,
            { arg: "vpcId", value: exampleVpc },
          )
        : undefined,
    onlyForNewVpc("availabilityZones"),
    onlyForNewVpc("vpcCidrBlock"),
    ({ dbAllocatedStorage, dbMaxAllocatedStorage }) => {
      if (!isWhole(dbAllocatedStorage, 20, 65_536) || !isWhole(dbMaxAllocatedStorage, 22, 65_536)) {
        return undefined; // reported by itself, or no growth
      }
      const least = Math.ceil((dbAllocatedStorage * 11) / 10);
      return dbMaxAllocatedStorage < least
        ? problem(
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
        : problem(
            `tags is ${all.length} tags with a new VPC, whose subnets get the tags Name and SubnetType as well, allowed are 50 in all`,
            { arg: "tags", value: Object.fromEntries(all.slice(0, -tooMany)) },
          );
    },
  ],
};

function onlyForNewVpc(
  arg: "availabilityZones" | "vpcCidrBlock",
): Allowed<EdpMonitorArgs>["together"][number] {
  return ({ vpcId, [arg]: value }) =>
    vpcId !== undefined && value !== undefined
      ? problem(`${arg} is ${show(value)} with a given VPC, allowed is only for a new one`, { arg })
      : undefined;
}

function problem(says: string, change: Change): Problem {
  return { says, mend: [change] };
}
