// Gives every resource of the program a body on this machine, at the moment the program creates it.
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { accountId, answerOf, partition } from "./account";
import { DatabaseServer } from "./database";
import { createRule, createTarget } from "./events/create";
import { createFunction, createInvocation } from "./lambda/create";
import { withoutSecrets, type Provider } from "./program";
import { createMapping, createQueue } from "./queue/create";
import type { Inputs, Resources, State } from "./resources";

/** Lets a test change what a resource is made with. */
export type Transform = (type: string, name: string, inputs: Inputs) => Inputs;

/** Makes a body, and returns what the resource's outputs have beside its inputs. */
type Create = (resources: Resources, name: string, inputs: Inputs) => State | Promise<State>;

/** Needs no body here: another resource carries what it says, or nobody asks on this machine. */
const inert: Create = (resources, name) => ({ name, arn: resources.arn("local", name) });

const bodies: Record<string, Create> = {
  "awsx:ec2:Vpc": () => ({
    vpcId: "vpc-local",
    privateSubnetIds: ["subnet-local-a", "subnet-local-b"],
  }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": inert,
  "aws:ec2/securityGroup:SecurityGroup": inert,
  "aws:ec2/vpcEndpoint:VpcEndpoint": inert,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": inert,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": inert,

  "random:index/randomPassword:RandomPassword": () => ({
    result: randomBytes(30).toString("base64url").replace(/[-_]/g, "x"),
  }),
  "random:index/randomId:RandomId": (_, __, inputs) => ({
    hex: randomBytes(Number(inputs["byteLength"])).toString("hex"),
  }),
  "aws:rds/instance:Instance": createDatabase,
  "aws:rds/parameterGroup:ParameterGroup": inert,
  "aws:rds/subnetGroup:SubnetGroup": inert,

  "aws:iam/role:Role": (resources, name) => {
    resources.rolePolicies.set(name, []);
    return { name, arn: `arn:${partition}:iam::${accountId}:role/${name}` };
  },
  "aws:iam/rolePolicy:RolePolicy": (resources, _, inputs) => {
    resources.rolePolicies.get(String(inputs["role"]))?.push(String(inputs["policy"]));
    return {};
  },

  "aws:lambda/function:Function": createFunction,
  "aws:lambda/invocation:Invocation": (resources, _, inputs) => createInvocation(resources, inputs),
  "aws:lambda/permission:Permission": (resources, _, inputs) => {
    const name = String(inputs["function"]);
    const known = resources.invokers.get(name) ?? [];
    resources.invokers.set(name, [...known, String(inputs["sourceArn"])]);
    return {};
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": inert,
  "aws:cloudwatch/logGroup:LogGroup": inert,

  "aws:sqs/queue:Queue": createQueue,
  "aws:sqs/queuePolicy:QueuePolicy": (resources, _, inputs) => {
    resources.queue(String(inputs["queueUrl"])).policy = String(inputs["policy"]);
    return {};
  },
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": inert,
  "aws:lambda/eventSourceMapping:EventSourceMapping": createMapping,

  "aws:cloudwatch/eventBus:EventBus": (resources, name) => ({
    name,
    arn: resources.addBus(name).arn,
  }),
  "aws:cloudwatch/eventRule:EventRule": createRule,
  "aws:cloudwatch/eventTarget:EventTarget": createTarget,
  "aws:cloudwatch/dashboard:Dashboard": inert,
  "aws:cloudwatch/metricAlarm:MetricAlarm": inert,
  "aws:cloudwatch/queryDefinition:QueryDefinition": inert,
  "aws:s3/bucketNotification:BucketNotification": inert,

  "aws:sns/topic:Topic": (resources, name) => {
    const arn = resources.arn("sns", name);
    resources.topics.set(arn, name);
    return { name, arn };
  },
  "aws:sns/topicPolicy:TopicPolicy": inert,
  "aws:sns/topicSubscription:TopicSubscription": inert,
};

/** The provider that stands in for AWS: throws on a type or a question that it does not know. */
export function localProvider(resources: Resources, transform: Transform): Provider {
  return {
    invoke: (token, inputs) =>
      Promise.resolve().then(() => answerOf(resources.options.region, token, inputs)),
    create: async ({ type, name, inputs: asked, custom }) => {
      if (!custom && type.startsWith("edp-monitor:")) return { state: asked };
      const inputs = transform(type, name, withoutSecrets(asked) as Inputs);
      const create = bodies[type];
      if (!create) {
        throw new Error(
          `the local stack has no body for ${type} (${name}): it knows what EdpMonitor uses, and is no AWS`,
        );
      }
      const added = await create(resources, name, inputs);
      return { id: `${name}-local`, state: { ...inputs, ...added } };
    },
  };
}

async function createDatabase(resources: Resources, name: string, inputs: Inputs): Promise<State> {
  const database = await DatabaseServer.create({
    folder: path.join(resources.options.folder, name),
    master: { user: String(inputs["username"]), password: String(inputs["password"]) },
    database: String(inputs["dbName"]),
    iamAuthentication: inputs["iamDatabaseAuthenticationEnabled"] === true,
  });
  resources.database = database;
  resources.databasePort = Number(inputs["port"] ?? 5432); // RDS's default for PostgreSQL
  const { host, port } = database;
  // The program's port is RDS's; here another server may have it.
  return {
    address: host,
    port,
    endpoint: `${host}:${port}`,
    resourceId: `db-${name}`,
    identifier: name,
  };
}
