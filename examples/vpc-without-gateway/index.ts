import * as aws from "@pulumi/aws";
import { EdpMonitor } from "edp-monitor";

// A VPC that nothing leads out of but the endpoint of EventBridge: no internet gateway.
const region = "eu-west-1";
const vpc = new aws.ec2.Vpc("instruments", {
  cidrBlock: "10.0.0.0/24",
  enableDnsSupport: true,
  enableDnsHostnames: true, // private DNS of the endpoint needs both
});
const subnets = ["a", "b"].map(
  (letter, index) =>
    new aws.ec2.Subnet(`instruments-${letter}`, {
      vpcId: vpc.id,
      availabilityZone: region + letter,
      cidrBlock: `10.0.0.${index * 128}/25`,
    }),
);
const subnetIds = subnets.map(({ id }) => id);

const fromVpc = new aws.ec2.SecurityGroup("instruments-events", {
  vpcId: vpc.id,
  ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [vpc.cidrBlock] }],
});
const endpoint = new aws.ec2.VpcEndpoint("instruments-events", {
  vpcId: vpc.id,
  serviceName: `com.amazonaws.${region}.events`,
  vpcEndpointType: "Interface",
  privateDnsEnabled: true,
  subnetIds,
  securityGroupIds: [fromVpc.id],
});

const monitor = new EdpMonitor(
  "instruments",
  { bucketName: "instrument-bucket", vpcId: vpc.id, subnetIds },
  { dependsOn: [endpoint] },
);

export const topicArn = monitor.topicArn;
