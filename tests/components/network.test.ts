import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EdpMonitor } from "../../components";
import {
  fakeAws,
  graphOf,
  inputs,
  later,
  listOf,
  monitorGraph,
  plainGraph,
  node,
  rejection,
} from "../../support/graph";

const given = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

describe("network", () => {
  it("is a new VPC with two private subnets and no NAT gateway", async () => {
    expect(inputs(await plainGraph(), "Vpc", "edp-network")).to.deep.equal({
      cidrBlock: "10.0.0.0/16",
      availabilityZoneNames: ["eu-west-1a", "eu-west-1b"],
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Private" }],
      natGateways: { strategy: "None" },
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
  });

  it("takes the zones and the address range that it is given", async () => {
    const graph = await monitorGraph({
      availabilityZones: ["eu-west-1b", "eu-west-1c"],
      vpcCidrBlock: "10.8.0.0/20",
    });
    expect(inputs(graph, "Vpc", "edp-network")).to.deep.equal({
      cidrBlock: "10.8.0.0/20",
      availabilityZoneNames: ["eu-west-1b", "eu-west-1c"],
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Private" }],
      natGateways: { strategy: "None" },
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
  });

  it("lets the Lambdas of a new VPC out to EventBridge's endpoint only", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "VpcEndpoint", "edp-network-events")).to.deep.equal({
      vpcId: "vpc-edp-network",
      serviceName: "com.amazonaws.eu-west-1.events",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["subnet-edp-network-a", "subnet-edp-network-b"],
      securityGroupIds: ["sg-edp-network-events"],
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "PutEventsThroughEndpoint",
            Effect: "Allow",
            Principal: "*",
            Action: "events:PutEvents",
            Resource: "arn:aws:events:eu-west-1:123456789012:event-bus/*",
            Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
          },
        ],
      }),
    });
    expect(inputs(graph, "SecurityGroupEgressRule", "edp-network-lambdas")).to.deep.equal({
      securityGroupId: "sg-edp-network-lambdas",
      referencedSecurityGroupId: "sg-edp-network-events",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "To EventBridge",
    });
    expect(inputs(graph, "SecurityGroupIngressRule", "edp-network-events")).to.deep.equal({
      securityGroupId: "sg-edp-network-events",
      referencedSecurityGroupId: "sg-edp-network-lambdas",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "From the Lambdas",
    });
  });

  it("waits long for the Lambdas' network interfaces before it drops their groups", async () => {
    const graph = await plainGraph();
    for (const name of ["edp-network-lambdas", "edp-network-events", "edp-database"]) {
      const { inputs: asked, customTimeouts } = node(graph, "SecurityGroup", name);
      expect(asked["vpcId"]).to.equal("vpc-edp-network");
      expect(asked).to.not.have.any.keys("ingress", "egress");
      expect(customTimeouts["pb_delete"]).to.equal("45m");
    }
  });

  it("makes nothing in a given VPC but a group for the Lambdas", async () => {
    const graph = await monitorGraph(given);
    const own = listOf(graph).filter((one) => one.includes("edp-network"));
    expect(own).to.deep.equal([
      "Network edp-network",
      "RandomId edp-network",
      "SecurityGroup edp-network-lambdas",
      "SecurityGroupEgressRule edp-network-lambdas",
    ]);
    expect(inputs(graph, "SecurityGroup", "edp-network-lambdas")["vpcId"]).to.equal("vpc-1");
    expect(inputs(graph, "SecurityGroupEgressRule", "edp-network-lambdas")).to.deep.equal({
      securityGroupId: "sg-edp-network-lambdas",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "To EventBridge",
    });
    expect(inputs(graph, "SubnetGroup", "edp-database")["subnetIds"]).to.deep.equal(
      given.subnetIds,
    );
    expect(inputs(graph, "SecurityGroup", "edp-database")["vpcId"]).to.equal("vpc-1");
    for (const name of ["edp-ingest", "edp-emitter", "edp-migration"]) {
      expect(inputs(graph, "Function", name)["vpcConfig"]).to.deep.equal({
        subnetIds: given.subnetIds,
        securityGroupIds: ["sg-edp-network-lambdas"],
      });
    }
  });

  it("leaves a given group as it is, and lets it into the database", async () => {
    const graph = await monitorGraph({ ...given, securityGroupId: "sg-1" });
    expect(listOf(graph).filter((one) => one.startsWith("SecurityGroup"))).to.deep.equal([
      "SecurityGroup edp-database",
      "SecurityGroupIngressRule edp-database",
    ]);
    const door = inputs(graph, "SecurityGroupIngressRule", "edp-database");
    expect(door["referencedSecurityGroupId"]).to.equal("sg-1");
    expect(inputs(graph, "Function", "edp-ingest")["vpcConfig"]).to.deep.equal({
      subnetIds: given.subnetIds,
      securityGroupIds: ["sg-1"],
    });
  });

  it("takes what other resources give", async () => {
    const graph = await monitorGraph({
      vpcId: later("vpc-1"),
      subnetIds: later(["subnet-1", "subnet-2"]),
      securityGroupId: later("sg-1"),
    });
    expect(inputs(graph, "Function", "edp-emitter")["vpcConfig"]).to.deep.equal({
      subnetIds: ["subnet-1", "subnet-2"],
      securityGroupIds: ["sg-1"],
    });
  });

  it("refuses one subnet as soon as it is known", async () => {
    const provider = fakeAws();
    const message = await rejection(
      monitorGraph({ vpcId: "vpc-1", subnetIds: later(["subnet-1"]) }, provider),
    );
    expect(message).to.include(
      'subnetIds is ["subnet-1"], allowed is the ids of two private subnets or more, in different availability zones: ' +
        'set subnetIds to ["subnet-0123456789abcdef0","subnet-0fedcba9876543210"]',
    );
  });

  for (const [what, team] of [
    ["known", "genomics"],
    ["known late", later("genomics")],
  ] as const) {
    it(`hands tags that are ${what} to awsx as a map, to which it adds names`, async () => {
      const given: unknown[] = [];
      await graphOf(() => {
        // As the program gives them: on their way to the provider outputs and values look the same here.
        pulumi.runtime.registerStackTransformation(({ type, props }) => {
          if (type === "awsx:ec2:Vpc") given.push((props as { tags?: unknown }).tags);
          return undefined;
        });
        new EdpMonitor("edp", { bucketName: "b-1", tags: { team } });
      });
      expect(given).to.deep.equal([{ team: "genomics" }]);
      expect(pulumi.Output.isInstance(given[0])).to.equal(false);
    });
  }
});
