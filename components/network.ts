import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { availableAfter } from "./parts/available-after";
import { policyOf, putEventsThroughEndpoint } from "./parts/permissions";
import { eventsEndpoint, settledNetwork, type SettledNetwork } from "./parts/settled-network";
import type { LambdaGroup, LambdaNetwork, StationArgs, Tags } from "./records";

export interface NetworkArgs extends StationArgs {
  readonly vpcId?: pulumi.Output<string>;
  readonly subnetIds?: pulumi.Output<string[]>;
  readonly securityGroupId?: pulumi.Output<string>;
  readonly availabilityZones?: string[];
  readonly vpcCidrBlock?: string;
}

const defaultCidrBlock = "10.0.0.0/16";

/** Lambda's network interfaces outlive their functions by up to 20 minutes and hold their groups. */
const groupTimeouts = { delete: "45m" };

/** Where database and Lambdas live: the user's VPC, or one of ours with a way to EventBridge. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly lambdaGroup: LambdaGroup;
  readonly lambdaNetwork: LambdaNetwork;

  constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Network", name, {}, opts);
    const { vpcId } = args;
    const cidrBlock = args.vpcCidrBlock ?? defaultCidrBlock;
    const settled = settledNetwork(name, { ...args, vpcId, cidrBlock }, this);
    const vpc =
      vpcId === undefined
        ? newVpc(name, { ...args, vpcCidrBlock: cidrBlock }, settled, this)
        : givenVpc(vpcId, args.subnetIds, settled);

    this.lambdaGroup =
      args.securityGroupId === undefined
        ? { id: newLambdaGroup(name, vpc, args.tags, this).id, isOurs: true }
        : { id: args.securityGroupId, isOurs: false };

    const wayOut = openWayOut(name, vpc, this.lambdaGroup, args, this);

    this.vpcId = vpc.id;
    this.subnetIds = vpc.subnetIds;
    this.lambdaNetwork = {
      subnetIds: vpc.subnetIds,
      securityGroupId: availableAfter(wayOut, this.lambdaGroup.id),
    };
    this.registerOutputs();
  }
}

interface Vpc {
  readonly id: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly isOurs: boolean;
}

function givenVpc(
  id: pulumi.Output<string>,
  subnetIds: NetworkArgs["subnetIds"],
  settled: pulumi.Output<SettledNetwork>,
): Vpc {
  return {
    id: settled.apply(() => id),
    subnetIds: settled.apply(() => subnetIds ?? pulumi.output([])),
    isOurs: false,
  };
}

/**
 * Two private subnets and no NAT gateway: the Lambdas need the database and EventBridge only. No
 * `vpcEndpointSpecs`: awsx names endpoints by their service, so two monitors would collide. awsx makes
 * an internet gateway all the same; no route leads to it.
 */
function newVpc(
  name: string,
  args: NetworkArgs,
  settled: pulumi.Output<SettledNetwork>,
  parent: pulumi.Resource,
): Vpc {
  // Made when the zones are known, which they are in a preview too: awsx takes their names as plain
  // values only. Asked for a number of zones, it chooses anew at every deployment.
  // The tags too: awsx adds a name to a map of tags, and to an output of one it adds nothing.
  const vpc = pulumi.all([settled, args.tags]).apply(
    ([{ zones = "" }, tags]) =>
      new awsx.ec2.Vpc(
        name,
        {
          cidrBlock: args.vpcCidrBlock,
          availabilityZoneNames: zones.split(","),
          subnetStrategy: awsx.ec2.SubnetAllocationStrategy.Auto,
          subnetSpecs: [{ type: awsx.ec2.SubnetType.Private }],
          natGateways: { strategy: awsx.ec2.NatGatewayStrategy.None },
          enableDnsSupport: true,
          enableDnsHostnames: true, // private DNS of the endpoint needs both
          ...(tags === undefined ? {} : { tags }),
        },
        { parent },
      ),
  );
  const id = vpc.apply(({ vpcId }) => vpcId);
  // Every VPC has a group that lets its members in and out; nobody here is one.
  new aws.ec2.DefaultSecurityGroup(name, { vpcId: id, tags: args.tags }, { parent });
  return { id, subnetIds: vpc.apply(({ privateSubnetIds }) => privateSubnetIds), isOurs: true };
}

function newLambdaGroup(
  name: string,
  vpc: Vpc,
  tags: Tags | undefined,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    `${name}-lambdas`,
    { vpcId: vpc.id, description: "EDP Monitor: its Lambdas", tags },
    { parent, customTimeouts: groupTimeouts },
  );
}

/** To EventBridge, as far as it is ours to open; without a way back in. */
function openWayOut(
  name: string,
  vpc: Vpc,
  lambdas: LambdaGroup,
  args: NetworkArgs,
  parent: pulumi.Resource,
): pulumi.CustomResource[] {
  if (!lambdas.isOurs) return [];
  return vpc.isOurs
    ? wayToEndpoint(name, vpc, lambdas, args, parent)
    : wayToAnywhere(name, lambdas, args.tags, parent);
}

/** Out of the Lambdas' group into an endpoint for EventBridge, and nowhere else. */
function wayToEndpoint(
  name: string,
  vpc: Vpc,
  lambdas: LambdaGroup,
  { place, tags }: NetworkArgs,
  parent: pulumi.Resource,
): pulumi.CustomResource[] {
  const group = new aws.ec2.SecurityGroup(
    `${name}-events`,
    { vpcId: vpc.id, description: "EDP Monitor: the endpoint of EventBridge", tags },
    { parent, customTimeouts: groupTimeouts },
  );
  const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, tags };
  const ingress = new aws.vpc.SecurityGroupIngressRule(
    `${name}-events`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: lambdas.id,
      description: "From the Lambdas",
      ...https,
    },
    { parent },
  );
  const egress = new aws.vpc.SecurityGroupEgressRule(
    `${name}-lambdas`,
    {
      securityGroupId: lambdas.id,
      referencedSecurityGroupId: group.id,
      description: "To EventBridge",
      ...https,
    },
    { parent },
  );
  const endpoint = new aws.ec2.VpcEndpoint(
    `${name}-events`,
    {
      vpcId: vpc.id,
      serviceName: eventsEndpoint(place),
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: vpc.subnetIds,
      securityGroupIds: [group.id],
      policy: policyOf([putEventsThroughEndpoint(place)]),
      tags,
    },
    { parent },
  );
  return [ingress, egress, endpoint];
}

/** In a VPC of the user's we do not know what stands between it and EventBridge. */
function wayToAnywhere(
  name: string,
  lambdas: LambdaGroup,
  tags: Tags | undefined,
  parent: pulumi.Resource,
): pulumi.CustomResource[] {
  const egress = new aws.vpc.SecurityGroupEgressRule(
    `${name}-lambdas`,
    {
      securityGroupId: lambdas.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "To EventBridge",
      tags,
    },
    { parent },
  );
  return [egress];
}
