// Evaluates programs against a fake AWS, for tests of the components.
import * as pulumi from "@pulumi/pulumi";
import { EdpMonitor, type EdpMonitorArgs } from "../components";
import {
  evaluate,
  withoutSecrets,
  type Graph,
  type GraphNode,
  type Provider,
} from "../local/program";

export { rejection } from "./rejection";

export const region = "eu-west-1";
export const accountId = "123456789012";

type State = Record<string, unknown>;

/** An ARN in the fake AWS. */
export function arn(service: string, resource: string, partition = "aws"): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** What the fake AWS adds to the inputs of each type it knows. */
const created: Record<string, (name: string, partition: string) => State> = {
  "aws:cloudwatch/dashboard:Dashboard": () => ({}),
  "aws:cloudwatch/eventBus:EventBus": (name, p) =>
    named(name, arn("events", `event-bus/${name}`, p)),
  "aws:cloudwatch/eventRule:EventRule": (name, p) => named(name, arn("events", `rule/${name}`, p)),
  "aws:cloudwatch/eventTarget:EventTarget": () => ({}),
  "aws:cloudwatch/logGroup:LogGroup": (name, p) => named(name, arn("logs", `log-group:${name}`, p)),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name, p) =>
    named(name, arn("cloudwatch", `alarm:${name}`, p)),
  "aws:cloudwatch/queryDefinition:QueryDefinition": () => ({}),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": () => ({}),
  "aws:ec2/securityGroup:SecurityGroup": (name) => ({ id: `sg-${name}` }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (name) => ({ id: `vpce-${name}` }),
  "aws:iam/role:Role": (name, p) => named(name, `arn:${p}:iam::${accountId}:role/${name}`),
  "aws:iam/rolePolicy:RolePolicy": () => ({}),
  "aws:lambda/eventSourceMapping:EventSourceMapping": () => ({}),
  "aws:lambda/function:Function": (name, p) => named(name, arn("lambda", `function:${name}`, p)),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": () => ({}),
  "aws:lambda/invocation:Invocation": () => ({ result: '{"migrations":[],"newerMigrations":[]}' }),
  "aws:lambda/permission:Permission": () => ({}),
  "aws:rds/instance:Instance": (name) => ({
    address: `${name}.abc.rds.amazonaws.com`,
    endpoint: `${name}.abc.rds.amazonaws.com:5432`,
    resourceId: `db-${name}`,
    identifier: name,
  }),
  "aws:rds/parameterGroup:ParameterGroup": (name) => ({ name }),
  "aws:rds/subnetGroup:SubnetGroup": (name) => ({ name }),
  "aws:s3/bucketNotification:BucketNotification": () => ({}),
  "aws:sns/topic:Topic": (name, p) => named(name, arn("sns", name, p)),
  "aws:sns/topicPolicy:TopicPolicy": () => ({}),
  "aws:sns/topicSubscription:TopicSubscription": () => ({}),
  "aws:sqs/queue:Queue": (name, p) => ({
    arn: arn("sqs", name, p),
    url: `https://sqs/${name}`,
    name,
  }),
  "aws:sqs/queuePolicy:QueuePolicy": () => ({}),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": () => ({}),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": () => ({}),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": () => ({}),
  "awsx:ec2:Vpc": (name) => ({
    vpcId: `vpc-${name}`,
    privateSubnetIds: [`subnet-${name}-a`, `subnet-${name}-b`],
  }),
  "random:index/randomId:RandomId": () => ({ hex: "0123456789ab" }),
  "random:index/randomPassword:RandomPassword": (name) => ({ result: `generated-${name}` }),
};

const regionZones = ["a", "b", "c"].map((letter) => region + letter);

export interface FakeAwsOptions {
  readonly partition?: string;
  readonly bucketRegion?: string;
  /** Availability zones of the region, and those with EventBridge's endpoint. */
  readonly zones?: readonly string[];
  readonly endpointZones?: readonly string[];
  /** What a random id has had in the state since it was made, by its name. */
  readonly keepers?: Readonly<Record<string, State>>;
}

/** An AWS that knows what the component may make and ask, and throws on anything else. */
export function fakeAws({
  partition = "aws",
  bucketRegion = region,
  zones = regionZones,
  endpointZones = regionZones,
  keepers = {},
}: FakeAwsOptions = {}): Provider {
  const answers: Record<string, (inputs: State) => State> = {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId }),
    "aws:index/getPartition:getPartition": () => ({ partition }),
    "aws:index/getRegion:getRegion": () => ({ region }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({ names: zones }),
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": () => ({
      availabilityZones: endpointZones,
    }),
    "aws:sqs/getQueue:getQueue": ({ name }) => ({ url: `https://sqs/${String(name)}` }),
    "aws:s3/getBucket:getBucket": ({ bucket }) => ({ bucket, bucketRegion }),
  };
  return {
    create: ({ type, name, inputs, custom }) => {
      if (!custom && type.startsWith("edp-monitor:")) return Promise.resolve({ state: inputs });
      const add = created[type];
      if (!add) throw new Error(`the fake AWS knows no ${type}`);
      const { id = `${name}-id`, ...added } = add(name, partition);
      const state = { ...(withoutSecrets(inputs) as State), ...added };
      const kept = type === "random:index/randomId:RandomId" ? keepers[name] : undefined;
      if (kept) state["keepers"] = kept;
      return Promise.resolve(custom ? { id: id as string, state } : { state });
    },
    invoke: (token, inputs) => {
      const answer = answers[token];
      if (!answer) throw new Error(`the fake AWS does not answer ${token}`);
      return Promise.resolve(answer(inputs));
    },
  };
}

/** The graph of any program. */
export function graphOf(
  program: () => unknown,
  provider: Provider = fakeAws(),
  { config = {}, ...options }: { isPreview?: boolean; config?: Record<string, string> } = {},
): Promise<Graph> {
  const stackConfig = { project: "edp-monitor", stack: "test", config, secretKeys: [] };
  return evaluate(stackConfig, provider, program, options);
}

/** The graph of one monitor named `edp`, watching `instrument-bucket`. */
export function monitorGraph(
  args: Partial<EdpMonitorArgs> = {},
  provider: Provider = fakeAws(),
): Promise<Graph> {
  return graphOf(() => {
    new EdpMonitor("edp", { bucketName: "instrument-bucket", ...args });
  }, provider);
}

let plain: Promise<Graph> | undefined;

/** The graph of that monitor with nothing but defaults; evaluated once, so it is only to be read. */
export function plainGraph(): Promise<Graph> {
  return (plain ??= monitorGraph());
}

/** The one node of a type (its last word; whole where a station has the same) and name. */
export function node(graph: Graph, type: string, name: string): GraphNode {
  const found = graph.nodes.filter(
    (one) => [kindOf(one), one.type].includes(type) && one.name === name,
  );
  if (found.length !== 1) {
    throw new Error(`${found.length} nodes ${type} ${name} among ${listOf(graph).join(", ")}`);
  }
  return found[0]!;
}

/** Its inputs, without the marks of secrets. */
export function inputs(graph: Graph, type: string, name: string): Record<string, unknown> {
  return withoutSecrets(node(graph, type, name).inputs) as Record<string, unknown>;
}

/** The statements of its policy; a role's own is `assumeRolePolicy`. */
export function statements(graph: Graph, type: string, name: string, input = "policy"): unknown {
  const document = JSON.parse(String(inputs(graph, type, name)[input])) as State;
  return document["Statement"];
}

/** The environment variables of a Lambda. */
export function environment(graph: Graph, name: string): unknown {
  return (inputs(graph, "Function", name)["environment"] as State)["variables"];
}

/** `Type name` of every node but the stack, in alphabetical order. */
export function listOf(graph: Graph): string[] {
  return graph.nodes
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map((one) => `${kindOf(one)} ${one.name}`)
    .sort();
}

/** The last word of the type. */
export function kindOf({ type }: GraphNode): string {
  return type.split(":").at(-1)!;
}

/** Inputs by URN: what an evaluation asked for. */
export function inputsByUrn(graph: Graph): Record<string, unknown> {
  return Object.fromEntries(graph.nodes.map(({ urn, inputs: asked }) => [urn, asked]));
}

/** URNs of everything that has to exist before this node, directly or not. */
export function dependenciesOf(graph: Graph, from: GraphNode): Set<string> {
  const byUrn = new Map(graph.nodes.map((one) => [one.urn, one]));
  const seen = new Set<string>();
  const visit = (urns: string[]) => {
    for (const urn of urns.filter((one) => !seen.has(one))) {
      seen.add(urn);
      visit(byUrn.get(urn)?.dependencies ?? []);
    }
  };
  visit(from.dependencies);
  return seen;
}

/** An input that has no value when the program is read. */
export function later<T>(value: T): pulumi.Output<T> {
  return pulumi.output(Promise.resolve(value)) as unknown as pulumi.Output<T>;
}

function named(name: string, itsArn: string): State {
  return { name, arn: itsArn };
}
