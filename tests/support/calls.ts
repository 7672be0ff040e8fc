// Calls of AWS that the stack's policies must allow, and calls that they must not, with the resources of the
// graph of the tests. Two engines judge them: the laptop's and one that was not written here.
import { accountId, arn, inputs, region, type plainGraph } from "../../support/graph";

type Graph = Awaited<ReturnType<typeof plainGraph>>;

export interface Call {
  readonly title: string;
  /** A role by its name, an administrator of the account, or AWS's service. */
  readonly by: string;
  readonly action: string;
  readonly resource: string;
  /** An array for a key that IAM knows as one. */
  readonly context?: Readonly<Record<string, string | string[]>>;
  /** The policy of the resource itself: type and name. */
  readonly resourcePolicy?: readonly [type: string, name: string];
  readonly isAllowed: boolean;
}

/** Where a call's policies are: the caller's, and the resource's. */
export function policiesOf(graph: Graph, { by, resourcePolicy }: Call) {
  const roles = ["edp-ingest", "edp-emitter", "edp-migration"];
  const everything =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  const identity = roles.includes(by)
    ? String(inputs(graph, "RolePolicy", by)["policy"])
    : by === "administrator"
      ? everything
      : undefined;
  const resource = resourcePolicy && String(inputs(graph, ...resourcePolicy)["policy"]);
  return { identity, resource };
}

const queue = arn("sqs", "edp-object-events");
const bus = arn("events", "event-bus/edp-package-events");
const defaultBus = arn("events", "event-bus/default");
const topic = arn("sns", "edp-package-events");
const user = (name: string, server = "db-edp-database") =>
  arn("rds-db", `dbuser:${server}/${name}`);
const logStream = (group: string) => arn("logs", `log-group:${group}:log-stream:2026/11/26/[1]0a`);
const rule = (name: string) => arn("events", `rule/${name}`);

const times = (count: number, text: string) => Array.from({ length: count }, () => text);
const kinds = (sources: string[], detailTypes: string[]) => ({
  "events:source": sources,
  "events:detail-type": detailTypes,
});
const announcements = (count: number) =>
  kinds(times(count, "com.quiltdata.edp"), times(count, "package-objects-ready"));
const wake = kinds(["edp-monitor"], ["batches-waiting"]);

/** `by`, `action`, `resource` and `context` of calls, by title. */
type Table = Record<
  string,
  [by: string, action: string, resource: string, context?: Call["context"]]
>;

const allowed: Table = {
  "ingest receives messages": ["edp-ingest", "sqs:ReceiveMessage", queue],
  "ingest deletes messages": ["edp-ingest", "sqs:DeleteMessage", queue],
  "ingest asks for the queue's attributes": ["edp-ingest", "sqs:GetQueueAttributes", queue],
  "ingest logs in": ["edp-ingest", "rds-db:connect", user("edp_runtime")],
  "ingest wakes the emitter": ["edp-ingest", "events:PutEvents", defaultBus, wake],
  "the emitter logs in": ["edp-emitter", "rds-db:connect", user("edp_runtime")],
  "the emitter announces one batch": ["edp-emitter", "events:PutEvents", bus, announcements(1)],
  "the emitter announces ten batches": ["edp-emitter", "events:PutEvents", bus, announcements(10)],
  "the migration logs in as the master user": ["edp-migration", "rds-db:connect", user("edp")],
};

const nineAndA = (source: string, detailType: string) =>
  kinds(
    [...times(9, "com.quiltdata.edp"), source],
    [...times(9, "package-objects-ready"), detailType],
  );
const put = (context?: Call["context"], to = bus): Table[string] => [
  "edp-emitter",
  "events:PutEvents",
  to,
  context,
];
const denied: Table = {
  "a foreign source": put(kinds(["other"], ["package-objects-ready"])),
  "a foreign detail-type": put(kinds(["com.quiltdata.edp"], ["other"])),
  "one foreign source among ten": put(nineAndA("other", "package-objects-ready")),
  "one foreign detail-type among ten": put(nineAndA("com.quiltdata.edp", "other")),
  "events without source and detail-type": put(),
  "events without a source": put({ "events:detail-type": ["package-objects-ready"] }),
  "events without a detail-type": put({ "events:source": ["com.quiltdata.edp"] }),
  "announcements on the default bus": put(announcements(1), defaultBus),
  "announcements on another bus": put(announcements(1), `${bus}-2`),
  "wake events from the emitter": put(wake, defaultBus),
  "announcements from ingest": ["edp-ingest", "events:PutEvents", bus, announcements(1)],
  "announcements from the migration": ["edp-migration", "events:PutEvents", bus, announcements(1)],
  "wake events on the bus of announcements": ["edp-ingest", "events:PutEvents", bus, wake],
  "ingest as the master user": ["edp-ingest", "rds-db:connect", user("edp")],
  "the emitter as the master user": ["edp-emitter", "rds-db:connect", user("edp")],
  "the migration as the runtime user": ["edp-migration", "rds-db:connect", user("edp_runtime")],
  "ingest on another server": ["edp-ingest", "rds-db:connect", user("edp_runtime", "db-other")],
  "ingest at another queue": ["edp-ingest", "sqs:ReceiveMessage", `${queue}-dead-letters`],
  "ingest sending messages": ["edp-ingest", "sqs:SendMessage", queue],
  "the emitter at the queue": ["edp-emitter", "sqs:ReceiveMessage", queue],
};

const entries = (table: Table, isAllowed: boolean): Call[] =>
  Object.entries(table).map(([title, [by, action, resource, context]]) => ({
    title,
    by,
    action,
    resource,
    isAllowed,
    ...(context && { context }),
  }));

const lambdas = ["edp-ingest", "edp-emitter", "edp-migration"];

const logging = lambdas.flatMap((by) => [
  ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
    title: `${by} writes its log`,
    by,
    action,
    resource: logStream(by),
    isAllowed: true,
  })),
  {
    title: `${by} in another log`,
    by,
    action: "logs:PutLogEvents",
    resource: logStream(`${by}-2`),
    isAllowed: false,
  },
]);

const ec2 = (resource: string, owner = accountId) => `arn:aws:ec2:${region}:${owner}:${resource}`;
const networkCalls: [action: string, resource: string][] = [
  ["ec2:DescribeNetworkInterfaces", "*"],
  ["ec2:DescribeSubnets", "*"],
  ["ec2:CreateNetworkInterface", ec2("network-interface/eni-1")],
  ["ec2:CreateNetworkInterface", ec2("subnet/subnet-1")],
  ["ec2:CreateNetworkInterface", ec2("subnet/subnet-1", "999999999999")],
  ["ec2:CreateNetworkInterface", ec2("security-group/sg-1")],
  ["ec2:DeleteNetworkInterface", ec2("network-interface/eni-1")],
  ["ec2:AssignPrivateIpAddresses", ec2("network-interface/eni-1")],
  ["ec2:UnassignPrivateIpAddresses", ec2("network-interface/eni-1")],
];
/** Lambda's service with the role, and code with it, in the role's function and in another. */
const network = lambdas.flatMap((by) =>
  networkCalls.flatMap(([action, resource]) => [
    { title: `Lambda makes ${by}'s network`, by, action, resource, isAllowed: true },
    ...[by, "another"].map((name) => ({
      title: `the code of ${name} in ${by}'s network`,
      by,
      action,
      resource,
      isAllowed: false,
      context: { "lambda:SourceFunctionArn": arn("lambda", `function:${name}`) },
    })),
  ]),
);

/** Who may send to each queue: rules by their names. */
const senders: Record<string, string[]> = {
  "edp-object-events": ["edp-object-events", "edp-object-events-heartbeat"],
  "edp-object-events-undelivered": ["edp-object-events", "edp-object-events-heartbeat"],
  "edp-package-events-undelivered": ["edp-package-events"],
  "edp-object-events-dead-letters": [],
};
const queueActions = [
  ...["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "PurgeQueue"],
  ...["TagQueue", "ListQueueTags", "ListDeadLetterSourceQueues", "GetQueueAttributes"],
  ...["SetQueueAttributes", "StartMessageMoveTask", "DeleteQueue"],
];
const queues = Object.entries(senders).flatMap(([name, rules]): Call[] => {
  const at = { resource: arn("sqs", name), resourcePolicy: ["QueuePolicy", name] as const };
  const send = (from: string, tls: boolean) => ({
    ...at,
    by: "events.amazonaws.com",
    action: "sqs:SendMessage",
    context: { "aws:SourceArn": rule(from), "aws:SecureTransport": String(tls) },
  });
  return [
    ...rules.flatMap((from) => [
      { ...send(from, true), title: `rule ${from} into ${name}`, isAllowed: true },
      { ...send(from, false), title: `rule ${from} into ${name} without TLS`, isAllowed: false },
    ]),
    { ...send("edp-emitter-wake", true), title: `another rule into ${name}`, isAllowed: false },
    {
      ...send("", true),
      title: `no rule into ${name}`,
      isAllowed: false,
      context: { "aws:SecureTransport": "true" },
    },
    ...queueActions.flatMap((action) =>
      [true, false].map((tls) => ({
        ...at,
        by: "administrator",
        action: `sqs:${action}`,
        isAllowed: tls,
        title: `an administrator at ${name}, ${tls ? "with" : "without"} TLS`,
        context: { "aws:SecureTransport": String(tls) },
      })),
    ),
  ];
});

export const calls: readonly Call[] = [
  ...entries(allowed, true),
  ...entries(denied, false),
  ...logging,
  ...network,
  ...queues,
  {
    title: "a rule into the topic",
    by: "events.amazonaws.com",
    action: "sns:Publish",
    resource: topic,
    resourcePolicy: ["TopicPolicy", "edp-package-events"],
    isAllowed: true,
  },
  {
    title: "a rule that deletes the topic",
    by: "events.amazonaws.com",
    action: "sns:DeleteTopic",
    resource: topic,
    isAllowed: false,
    resourcePolicy: ["TopicPolicy", "edp-package-events"],
  },
];

/** By title: the calls that are, or are not, allowed. */
export function callsThatAre(isAllowed: boolean): [title: string, calls: Call[]][] {
  return [
    ...Map.groupBy(
      calls.filter((call) => call.isAllowed === isAllowed),
      ({ title }) => title,
    ),
  ];
}

/** What names a call in an assertion. */
export function nameOf({ title, action, resource }: Call): string {
  return `${title}: ${action} on ${resource}`;
}
