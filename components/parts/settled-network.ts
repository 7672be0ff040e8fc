import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Place } from "../records";
import { reasonOf, UserError } from "../user-error";

/** What decides where the network is. */
export interface NetworkChoice {
  readonly place: Place;
  /** Undefined for a VPC of ours. */
  readonly vpcId: pulumi.Output<string> | undefined;
  readonly availabilityZones?: readonly string[];
  readonly cidrBlock: string;
}

/** Where it is, from the first deployment on: a VPC of the user's, or the zones of ours. */
export type SettledNetwork = Readonly<Record<string, string>>;

/** The args that decide it, by their names in the state. */
const argNames = { vpcId: "vpcId", zones: "availabilityZones", cidrBlock: "vpcCidrBlock" } as const;

/**
 * The network as it was chosen when the stack was made. Rejects when another one is asked for: a
 * database does not move to another VPC or zone, and AWS would refuse it when half of it is done.
 *
 * A random id has what is needed: keepers, which stay in the state as they are once changes of theirs
 * are ignored, and which are known in a preview.
 */
export function settledNetwork(
  name: string,
  choice: NetworkChoice,
  parent: pulumi.Resource,
): pulumi.Output<SettledNetwork> {
  const asked = askedFor(choice);
  const zones = choice.availabilityZones ?? freeZones(choice.place, parent);
  const settled = new random.RandomId(
    name,
    {
      byteLength: 1,
      keepers:
        choice.vpcId === undefined
          ? { zones: pulumi.output(zones).apply(list), cidrBlock: choice.cidrBlock }
          : { vpcId: choice.vpcId },
    },
    { parent, ignoreChanges: ["keepers"] },
  );
  return pulumi.all([settled.keepers, asked]).apply(([known = {}, wanted]) => {
    const problems = refusals(known, wanted);
    if (problems.length > 0) throw new UserError(problems.join("\n"));
    return known;
  });
}

/** Only what the user chose: zones that nobody asked for are those of the first deployment. */
function askedFor(choice: NetworkChoice): pulumi.Output<SettledNetwork> {
  const { vpcId, availabilityZones, cidrBlock } = choice;
  if (vpcId !== undefined) return vpcId.apply((id): SettledNetwork => ({ vpcId: id }));
  const zones = availabilityZones && { zones: list(availabilityZones) };
  return pulumi.output({ cidrBlock, ...zones } as SettledNetwork);
}

function refusals(known: SettledNetwork, asked: SettledNetwork): string[] {
  const here = (key: string) => `"${known[key]}", where the database is`;
  const why =
    "AWS moves no database to another network. " +
    'Set it back, or deploy a second stack there and destroy this one: docs/operating.md, "Another network"';
  if (known["vpcId"] !== undefined && asked["vpcId"] === undefined) {
    return [`vpcId is missing, allowed is ${here("vpcId")}: ${why}`];
  }
  return Object.entries(asked)
    .filter(([key, value]) => known[key] !== value)
    .map(([key, value]) => {
      const allowed =
        known[key] === undefined
          ? "none, because the database is in the VPC that was made for it"
          : here(key);
      return `${argNames[key as keyof typeof argNames]} is "${value}", allowed is ${allowed}: ${why}`;
    });
}

function list(zones: readonly string[]): string {
  return zones.join(",");
}

/**
 * Two zones of the region that have what the network needs. Not Local Zones, nor any other that
 * the account has to opt in to, which come first in the alphabet; not use1-az3, whose subnets Lambda
 * refuses; and only zones where EventBridge has its endpoint.
 */
function freeZones(place: Place, parent: pulumi.Resource): pulumi.Output<string[]> {
  const zones = aws.getAvailabilityZonesOutput(
    {
      state: "available",
      excludeZoneIds: ["use1-az3"],
      filters: [
        { name: "opt-in-status", values: ["opt-in-not-required"] },
        { name: "zone-type", values: ["availability-zone"] },
      ],
    },
    { parent },
  );
  const endpoint = aws.ec2.getVpcEndpointServiceOutput(
    { serviceName: eventsEndpoint(place), serviceType: "Interface" },
    { parent },
  );
  const asked = pulumi.all([zones.names, endpoint.availabilityZones]);
  const answered = pulumi.recover(asked, (error) => {
    throw new UserError(
      `the region's availability zones cannot be looked up (${reasonOf(error)}), needed are ` +
        "ec2:DescribeAvailabilityZones and ec2:DescribeVpcEndpointServices: grant them, or set vpcId and subnetIds",
    );
  });
  return pulumi.all([answered, place.region]).apply(([[names, reachable], region]) => {
    const both = names.filter((zone) => reachable.includes(zone)).slice(0, 2);
    if (both.length === 2) return both;
    throw new UserError(
      `${region} has ${names.length} availability zones (${names.join(", ")}) and EventBridge's endpoint in ${reachable.length} ` +
        `(${reachable.join(", ")}), needed are two in common: set availabilityZones, or vpcId and subnetIds`,
    );
  });
}

/** Without China's `cn.` prefix there too: EventBridge is not among the services that have it. */
export function eventsEndpoint({ region }: Place): pulumi.Output<string> {
  return pulumi.interpolate`com.amazonaws.${region}.events`;
}
