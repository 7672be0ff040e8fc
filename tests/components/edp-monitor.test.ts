import { expect } from "chai";
import { EdpMonitor } from "../../components";
import {
  dependenciesOf,
  graphOf,
  inputsByUrn,
  kindOf,
  listOf,
  monitorGraph,
  plainGraph,
  node,
} from "../../support/graph";

describe("EdpMonitor", () => {
  it("has names that AWS takes, with Pulumi's suffix, under the longest name of a monitor", async () => {
    const graph = await graphOf(() => new EdpMonitor("m".repeat(32), { bucketName: "b-1" }));
    const longest = { EventRule: 64, Role: 64, Function: 64, Queue: 80, EventBus: 256, Topic: 256 };
    const suffix = 8;
    for (const one of graph.nodes) {
      const limit = longest[kindOf(one) as keyof typeof longest] as number | undefined;
      if (limit !== undefined) expect(one.name.length + suffix, one.name).to.be.at.most(limit);
    }
  });

  it("has exactly these children, under these names", async () => {
    expect(listOf(await plainGraph())).to.deep.equal([
      "Alarms edp-alarms",
      "Dashboard edp-dashboard",
      "Dashboard edp-dashboard",
      "Database edp-database",
      "DefaultSecurityGroup edp-network",
      "EdpMonitor edp",
      "Emitter edp-emitter",
      "EventBus edp-package-events",
      "EventRule edp-emitter-schedule",
      "EventRule edp-emitter-wake",
      "EventRule edp-object-events",
      "EventRule edp-object-events-heartbeat",
      "EventRule edp-package-events",
      "EventSourceMapping edp-ingest",
      "EventTarget edp-emitter-schedule",
      "EventTarget edp-emitter-wake",
      "EventTarget edp-object-events",
      "EventTarget edp-object-events-heartbeat",
      "EventTarget edp-package-events",
      "Function edp-emitter",
      "Function edp-ingest",
      "Function edp-migration",
      "FunctionEventInvokeConfig edp-emitter",
      "Ingest edp-ingest",
      "Instance edp-database",
      "Invocation edp-migration",
      "LogGroup edp-emitter",
      "LogGroup edp-ingest",
      "LogGroup edp-migration",
      "MetricAlarm edp-alarms-database-connections",
      "MetricAlarm edp-alarms-database-cpu",
      "MetricAlarm edp-alarms-database-credits",
      "MetricAlarm edp-alarms-database-memory",
      "MetricAlarm edp-alarms-database-storage",
      "MetricAlarm edp-alarms-dead-letters",
      "MetricAlarm edp-alarms-emitter-errors",
      "MetricAlarm edp-alarms-emitter-throttles",
      "MetricAlarm edp-alarms-failed-invocations-emitter-schedule",
      "MetricAlarm edp-alarms-failed-invocations-emitter-wake",
      "MetricAlarm edp-alarms-failed-invocations-heartbeat",
      "MetricAlarm edp-alarms-failed-invocations-object-events",
      "MetricAlarm edp-alarms-failed-invocations-package-events",
      "MetricAlarm edp-alarms-heartbeat",
      "MetricAlarm edp-alarms-ingest-errors",
      "MetricAlarm edp-alarms-ingest-throttles",
      "MetricAlarm edp-alarms-lateness",
      "MetricAlarm edp-alarms-lost-heartbeat",
      "MetricAlarm edp-alarms-lost-object-events",
      "MetricAlarm edp-alarms-lost-package-events",
      "MetricAlarm edp-alarms-oldest-message",
      "MetricAlarm edp-alarms-rejected-messages",
      "MetricAlarm edp-alarms-undelivered-announcements",
      "MetricAlarm edp-alarms-undelivered-object-events",
      "MetricAlarm edp-alarms-unpublished",
      "Migration edp-migration",
      "Network edp-network",
      "ObjectEvents edp-object-events",
      "PackageEvents edp-package-events",
      "ParameterGroup edp-database",
      "Permission edp-emitter-schedule",
      "Permission edp-emitter-wake",
      "QueryDefinition edp-dashboard-by-batch-id",
      "QueryDefinition edp-dashboard-by-prefix",
      "QueryDefinition edp-dashboard-rejected",
      "QueryDefinition edp-dashboard-slowest",
      "QueryDefinition edp-dashboard-trouble",
      "Queue edp-object-events",
      "Queue edp-object-events-dead-letters",
      "Queue edp-object-events-undelivered",
      "Queue edp-package-events-undelivered",
      "QueuePolicy edp-object-events",
      "QueuePolicy edp-object-events-dead-letters",
      "QueuePolicy edp-object-events-undelivered",
      "QueuePolicy edp-package-events-undelivered",
      "RandomId edp-database",
      "RandomId edp-network",
      "RandomPassword edp-database",
      "RandomPassword edp-migration",
      "RedriveAllowPolicy edp-object-events",
      "RedriveAllowPolicy edp-object-events-undelivered",
      "RedriveAllowPolicy edp-package-events-undelivered",
      "Role edp-emitter",
      "Role edp-ingest",
      "Role edp-migration",
      "RolePolicy edp-emitter",
      "RolePolicy edp-ingest",
      "RolePolicy edp-migration",
      "SecurityGroup edp-database",
      "SecurityGroup edp-network-events",
      "SecurityGroup edp-network-lambdas",
      "SecurityGroupEgressRule edp-database",
      "SecurityGroupEgressRule edp-network-lambdas",
      "SecurityGroupIngressRule edp-database",
      "SecurityGroupIngressRule edp-network-events",
      "SubnetGroup edp-database",
      "Topic edp-alarms",
      "Topic edp-package-events",
      "TopicPolicy edp-package-events",
      "Vpc edp-network",
      "VpcEndpoint edp-network-events",
    ]);
  });

  it("puts every resource under its station, and every station under itself", async () => {
    const graph = await plainGraph();
    const monitor = node(graph, "EdpMonitor", "edp");
    expect(monitor.type).to.equal("edp-monitor:index:EdpMonitor");
    const stations = graph.nodes.filter(({ parent }) => parent === monitor.urn);
    expect(stations.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "edp-monitor:index:Alarms edp-alarms",
      "edp-monitor:index:Dashboard edp-dashboard",
      "edp-monitor:index:Database edp-database",
      "edp-monitor:index:Emitter edp-emitter",
      "edp-monitor:index:Ingest edp-ingest",
      "edp-monitor:index:Migration edp-migration",
      "edp-monitor:index:Network edp-network",
      "edp-monitor:index:ObjectEvents edp-object-events",
      "edp-monitor:index:PackageEvents edp-package-events",
    ]);

    const nameByUrn = new Map(stations.map(({ urn, name }) => [urn, name]));
    const resources = graph.nodes.filter(({ type }) => /^(aws|awsx|random):/.test(type));
    for (const { name, parent } of resources) {
      expect(name.startsWith(nameByUrn.get(parent)!), name).to.equal(true);
    }
  });

  it("says its outputs", async () => {
    const { outputs } = node(await plainGraph(), "EdpMonitor", "edp");
    expect(outputs).to.deep.equal({
      eventBusName: "edp-package-events",
      eventBusArn: "arn:aws:events:eu-west-1:123456789012:event-bus/edp-package-events",
      topicArn: "arn:aws:sns:eu-west-1:123456789012:edp-package-events",
      queueUrl: "https://sqs/edp-object-events",
      deadLetterQueueUrl: "https://sqs/edp-object-events-dead-letters",
      targetDeadLetterQueueUrl: "https://sqs/edp-object-events-undelivered",
      alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:edp-alarms",
      dashboardUrl:
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards:name=edp-monitor-edp-dashboard-test-instrument-bucket",
      databaseEndpoint: "edp-database.abc.rds.amazonaws.com:5432",
      enableEventBridgeCommand:
        'old="$(aws s3api get-bucket-notification-configuration --bucket instrument-bucket --region eu-west-1 --output json)"' +
        ` && new="$(printf '%s' "$old" | jq --slurp '(.[0] // {}) + {EventBridgeConfiguration: {}}')"` +
        ' && aws s3api put-bucket-notification-configuration --bucket instrument-bucket --region eu-west-1 --skip-destination-validation --notification-configuration "$new"',
    });
  });

  it("lets nothing use the database before the migration ran", async () => {
    const graph = await plainGraph();
    const invocation = node(graph, "Invocation", "edp-migration");
    const after = graph.nodes.filter((one) => dependenciesOf(graph, one).has(invocation.urn));
    expect(after.map((one) => `${kindOf(one)} ${one.name}`).sort()).to.deep.equal([
      "Dashboard edp-dashboard",
      "EventSourceMapping edp-ingest",
      "EventTarget edp-emitter-schedule",
      "EventTarget edp-emitter-wake",
      "Function edp-emitter",
      "Function edp-ingest",
      "FunctionEventInvokeConfig edp-emitter",
      "MetricAlarm edp-alarms-emitter-errors",
      "MetricAlarm edp-alarms-emitter-throttles",
      "MetricAlarm edp-alarms-heartbeat",
      "MetricAlarm edp-alarms-ingest-errors",
      "MetricAlarm edp-alarms-ingest-throttles",
      "Permission edp-emitter-schedule",
      "Permission edp-emitter-wake",
    ]);
  });

  it("asks for the same again when nothing changed", async () => {
    const first = inputsByUrn(await plainGraph());
    expect(inputsByUrn(await monitorGraph())).to.deep.equal(first);
  });

  const thresholds = [
    [{ bucketThresholdEventCount: 3 }, "THRESHOLD_EVENT_COUNT", "20", "3"],
    [{ bucketThresholdDuration: 120 }, "THRESHOLD_DURATION_SECONDS", "300", "120"],
    [{ bucketThresholdMaxAge: 900 }, "THRESHOLD_MAX_AGE_SECONDS", undefined, "900"],
  ] as const;
  for (const [args, variable, before, now] of thresholds) {
    it(`changes the Lambdas' ${variable}, and nothing else, with ${Object.keys(args)[0]!}`, async () => {
      const [was, is] = [await plainGraph(), await monitorGraph(args)];
      const changed = differences(inputsByUrn(was), inputsByUrn(is)).filter(
        // the component's own inputs are the args themselves
        ([path]) => !path.startsWith(node(is, "EdpMonitor", "edp").urn),
      );
      const pathOf = (name: string) =>
        `${node(is, "Function", name).urn}.environment.variables.${variable}`;
      expect(changed).to.have.deep.members([
        [pathOf("edp-emitter"), before, now],
        [pathOf("edp-ingest"), before, now],
      ]);
    });
  }
});

/** The leaves that differ: path, before, now. */
function differences(before: unknown, now: unknown, path = ""): [string, unknown, unknown][] {
  if (!isRecord(before) || !isRecord(now)) {
    return JSON.stringify(before) === JSON.stringify(now) ? [] : [[path, before, now]];
  }
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((key) =>
    differences(before[key], now[key], path === "" ? key : `${path}.${key}`),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
