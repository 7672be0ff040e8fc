import { expect } from "chai";
import type { EdpMonitorArgs } from "../../../components";
import {
  fakeAws,
  inputs,
  later,
  listOf,
  monitorGraph,
  node,
  rejection,
} from "../../../support/graph";

const given = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };
const ours = { zones: "eu-west-1a,eu-west-1b", cidrBlock: "10.0.0.0/16" };

/** The graph of a stack whose network was settled some time ago. */
function settledGraph(
  keepers: Record<string, string>,
  args: Partial<EdpMonitorArgs>,
  zones?: string[],
) {
  return monitorGraph(args, fakeAws({ keepers: { "edp-network": keepers }, zones }));
}

describe("the settled network", () => {
  it("is in the first two zones that need no opting in and have the endpoint", async () => {
    const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];
    const graph = await monitorGraph(
      {},
      fakeAws({ zones, endpointZones: ["eu-west-1c", "eu-west-1b"] }),
    );
    expect(inputs(graph, "Vpc", "edp-network")["availabilityZoneNames"]).to.deep.equal([
      "eu-west-1b",
      "eu-west-1c",
    ]);
    const asked = Object.fromEntries(graph.invokes.map((one) => [one.token, one.inputs]));
    expect(asked["aws:index/getAvailabilityZones:getAvailabilityZones"]).to.deep.equal({
      state: "available",
      excludeZoneIds: ["use1-az3"],
      filters: [
        { name: "opt-in-status", values: ["opt-in-not-required"] },
        { name: "zone-type", values: ["availability-zone"] },
      ],
    });
    expect(asked["aws:ec2/getVpcEndpointService:getVpcEndpointService"]).to.deep.equal({
      serviceName: "com.amazonaws.eu-west-1.events",
      serviceType: "Interface",
    });
  });

  it("stays in its zones when the region has others first", async () => {
    const graph = await settledGraph(ours, {}, ["eu-west-1-lhr-1a", "eu-west-1a", "eu-west-1b"]);
    expect(inputs(graph, "Vpc", "edp-network")["availabilityZoneNames"]).to.deep.equal([
      "eu-west-1a",
      "eu-west-1b",
    ]);
  });

  it("is kept in the state by what ignores its changes", async () => {
    for (const [args, keepers] of [
      [{}, ours],
      [{ vpcCidrBlock: "10.8.0.0/20" }, { ...ours, cidrBlock: "10.8.0.0/20" }],
      [given, { vpcId: "vpc-1" }],
      [{ ...given, vpcId: later("vpc-1") }, { vpcId: "vpc-1" }],
    ] as const) {
      const { inputs: asked, ignoreChanges } = node(
        await monitorGraph(args),
        "RandomId",
        "edp-network",
      );
      expect(asked).to.deep.equal({ byteLength: 1, keepers });
      expect(ignoreChanges).to.deep.equal(["keepers"]);
    }
  });

  it("says which zones there are when two are not to be had", async () => {
    const provider = fakeAws({
      zones: ["eu-west-1a", "eu-west-1b"],
      endpointZones: ["eu-west-1b"],
    });
    expect(await rejection(monitorGraph({}, provider))).to.include(
      "eu-west-1 has 2 availability zones (eu-west-1a, eu-west-1b) and EventBridge's endpoint in 1 (eu-west-1b), " +
        "needed are two in common: set availabilityZones, or vpcId and subnetIds",
    );
  });

  const why =
    "AWS moves no database to another network. " +
    'Set it back, or deploy a second stack there and destroy this one: docs/operating.md, "Another network"';
  const moves: [string, Record<string, string>, Partial<EdpMonitorArgs>, string][] = [
    [
      "to another VPC",
      { vpcId: "vpc-1" },
      { ...given, vpcId: "vpc-2" },
      'vpcId is "vpc-2", allowed is "vpc-1", where the database is',
    ],
    [
      "to another VPC that is known late",
      { vpcId: "vpc-1" },
      { ...given, vpcId: later("vpc-2") },
      'vpcId is "vpc-2", allowed is "vpc-1", where the database is',
    ],
    [
      "from the monitor's VPC to one of the user's",
      ours,
      given,
      'vpcId is "vpc-1", allowed is none, because the database is in the VPC that was made for it',
    ],
    [
      "from a VPC of the user's to the monitor's",
      { vpcId: "vpc-1" },
      {},
      'vpcId is missing, allowed is "vpc-1", where the database is',
    ],
    [
      "to other zones",
      ours,
      { availabilityZones: ["eu-west-1b", "eu-west-1c"] },
      'availabilityZones is "eu-west-1b,eu-west-1c", allowed is "eu-west-1a,eu-west-1b", where the database is',
    ],
    [
      "to another address range",
      ours,
      { vpcCidrBlock: "10.1.0.0/16" },
      'vpcCidrBlock is "10.1.0.0/16", allowed is "10.0.0.0/16", where the database is',
    ],
  ];
  for (const [move, keepers, args, refusal] of moves) {
    it(`does not move ${move}`, async () => {
      expect(await rejection(settledGraph(keepers, args))).to.include(`${refusal}: ${why}`);
    });
  }

  it("says what it needs where zones cannot be looked up", async () => {
    const aws = fakeAws();
    const refused = "aws:index/getAvailabilityZones:getAvailabilityZones";
    const graph = monitorGraph(
      {},
      {
        create: (resource) => aws.create(resource),
        invoke: (token, asked) =>
          token === refused
            ? Promise.reject(new Error("1 error occurred:\n\t* UnauthorizedOperation\n\n"))
            : aws.invoke(token, asked),
      },
    );
    expect(await rejection(graph)).to.equal(
      "the region's availability zones cannot be looked up (UnauthorizedOperation), needed are " +
        "ec2:DescribeAvailabilityZones and ec2:DescribeVpcEndpointServices: grant them, or set vpcId and subnetIds",
    );
  });

  it("has nothing made in another one", async () => {
    const created: string[] = [];
    const aws = fakeAws({ keepers: { "edp-network": { vpcId: "vpc-1" } } });
    await rejection(
      monitorGraph(
        { ...given, vpcId: "vpc-2" },
        {
          invoke: (token, asked) => aws.invoke(token, asked),
          create: (resource) => {
            created.push(`${resource.type.split(":").at(-1)} ${resource.name}`);
            return aws.create(resource);
          },
        },
      ),
    );
    expect(
      created.filter((one) => /^(Vpc|SecurityGroup|SubnetGroup|Instance|Function) /.test(one)),
    ).to.deep.equal([]);
  });

  it("leaves its VPC's default group without rules", async () => {
    const graph = await monitorGraph({ tags: { team: "genomics" } });
    expect(inputs(graph, "DefaultSecurityGroup", "edp-network")).to.deep.equal({
      vpcId: "vpc-edp-network",
      tags: { team: "genomics" },
    });
    expect(listOf(await monitorGraph(given)).join()).to.not.include("DefaultSecurityGroup");
  });
});
