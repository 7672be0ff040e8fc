import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { metrics, metricsNamespace } from "../../functions/contract";
import { evaluateAlarm, type AlarmInputs } from "../support/evaluate-alarm";
import { inputs, listOf, monitorGraph, node, plainGraph, rejection } from "../support/graph";
import type { Graph } from "../../local/program";

const alarm = (graph: Graph, id: string) =>
  inputs(graph, "MetricAlarm", `edp-alarms-${id}`) as unknown as AlarmInputs;
const alarms = (graph: Graph) =>
  listOf(graph)
    .filter((one) => one.startsWith("MetricAlarm "))
    .map((one) => one.slice("MetricAlarm edp-alarms-".length));

const none = undefined;
/** What each alarm's metric says, a value a period: when nothing happens, in trouble, and after it. */
const series: Record<string, { idle: (number | undefined)[]; trouble: (number | undefined)[] }> = {
  "failed-invocations": { idle: [none, none], trouble: [none, 1] },
  heartbeat: { idle: [20, 75, 88, 61, 119], trouble: [60, 121, 180, 240] },
  unpublished: { idle: [0, 0, 0], trouble: [0, 601, 661] },
  lateness: { idle: [none, none, 0.9, none, 1.4], trouble: [61, none, 75, 0.5, 90] },
  "dead-letters": { idle: [0, none], trouble: [0, 1] },
  undelivered: { idle: [none, none], trouble: [none, 3] },
  "oldest-message": { idle: [0, 2, 800], trouble: [901, 960, 1020] },
  errors: { idle: [0, 1, 0, 0, 1], trouble: [1, 0, 2, 0, 1] },
  throttles: { idle: [0, none, 0], trouble: [3, 1, 2] },
  "database-storage": { idle: [18e9, 18e9, 18e9], trouble: [2.1e9, 2.0e9, 1.9e9] },
  "database-memory": { idle: [4e8, 4e8, 4e8], trouble: [9e7, 9e7, 8e7] },
  "database-cpu": { idle: [5, 99, 99], trouble: [91, 99, 95] },
  "database-credits": { idle: [288, 100, 21], trouble: [19, 12, 3] },
  "database-connections": { idle: [3, 6, 5], trouble: [81, 90, 95] },
};
const seriesOf = (id: string) => {
  const found = series[id] ?? Object.entries(series).find(([part]) => id.includes(part))?.[1];
  if (found === undefined) throw new Error(`no series for the alarm ${id}`);
  return found;
};

describe("alarms", () => {
  it("watch every rule, queue, Lambda and the database", async () => {
    expect(alarms(await plainGraph())).to.have.members([
      ...["heartbeat", "unpublished", "lateness", "oldest-message"],
      ...["object-events", "heartbeat", "emitter-schedule", "emitter-wake", "package-events"].map(
        (rule) => `failed-invocations-${rule}`,
      ),
      ...["dead-letters", "undelivered-object-events", "undelivered-announcements"],
      ...["ingest", "emitter"].flatMap((lambda) => [`${lambda}-errors`, `${lambda}-throttles`]),
      ...["storage", "memory", "cpu", "credits", "connections"].map((of) => `database-${of}`),
    ]);
  });

  it("go off in trouble, and neither before nor afterwards", async () => {
    const graph = await plainGraph();
    for (const id of alarms(graph)) {
      const { idle, trouble } = seriesOf(id);
      expect(evaluateAlarm(alarm(graph, id), idle), `${id}, idle`).to.equal("OK");
      expect(evaluateAlarm(alarm(graph, id), trouble), `${id}, in trouble`).to.equal("ALARM");
      expect(evaluateAlarm(alarm(graph, id), trouble.slice(0, -1)), `${id}, before`).to.equal("OK");
      const after = [...trouble, ...Array.from({ length: 5 }, () => idle[0])];
      expect(evaluateAlarm(alarm(graph, id), after), `${id}, afterwards`).to.equal("OK");
    }
  });

  it("are silent while nothing happens at all, but for the heartbeat's", async () => {
    const graph = await plainGraph();
    for (const id of alarms(graph)) {
      const expected = id === "heartbeat" ? "ALARM" : "OK";
      expect(evaluateAlarm(alarm(graph, id), [none, none, none, none, none]), id).to.equal(
        expected,
      );
    }
  });

  it("name what exists: our metrics, and the graph's resources", async () => {
    const graph = await plainGraph();
    const kinds: Record<string, string> = {
      RuleName: "EventRule",
      EventBusName: "EventBus",
      QueueName: "Queue",
      FunctionName: "Function",
      DBInstanceIdentifier: "Instance",
    };
    for (const id of alarms(graph)) {
      const { namespace, metricName, dimensions } = alarm(graph, id);
      for (const [dimension, value] of Object.entries(dimensions)) {
        if (namespace === metricsNamespace) {
          expect(Object.keys(metrics)).to.include(metricName);
          expect([dimension, value]).to.deep.equal(["bucket", "instrument-bucket"]);
        } else expect(() => node(graph, kinds[dimension]!, value), `${id} ${value}`).not.to.throw();
      }
    }
  });

  it("say what is wrong, and where to read on", async () => {
    const graph = await plainGraph();
    const page = fs.readFileSync(path.join(__dirname, "../../docs/observability.md"), "utf8");
    for (const id of alarms(graph)) {
      const { alarmDescription } = alarm(graph, id);
      expect(alarmDescription).to.match(/^EDP Monitor of instrument-bucket: \S.*\. What to do: /);
      expect(alarmDescription.length).to.be.at.most(1024);
      const heading = id.startsWith("failed-invocations-") ? "failed-invocations-…" : id;
      expect(page).to.include(`\`${heading}\``);
    }
  });

  it("go to a topic of their own, or a given one, and to an address", async () => {
    const own = await plainGraph();
    const topicArn = "arn:aws:sns:eu-west-1:123456789012:edp-alarms";
    expect(alarm(own, "heartbeat").alarmActions).to.deep.equal([topicArn]);
    expect(alarm(own, "heartbeat").okActions).to.deep.equal([topicArn]);
    expect(node(own, "EdpMonitor", "edp").outputs).to.include({ alarmTopicArn: topicArn });

    const alarmTopicArn = "arn:aws:sns:eu-west-1:123456789012:on-call";
    const given = await monitorGraph({ alarmTopicArn, alarmEmail: "lab@example.com" });
    expect(alarm(given, "heartbeat").alarmActions).to.deep.equal([alarmTopicArn]);
    expect(listOf(given)).not.to.include("Topic edp-alarms");
    expect(inputs(given, "TopicSubscription", "edp-alarms")).to.deep.equal({
      ...{ topic: alarmTopicArn, protocol: "email", endpoint: "lab@example.com" },
    });
  });

  it("have no alarm on credits for a class that has none, and refuse a wrong topic", async () => {
    expect(alarms(await monitorGraph({ dbInstanceClass: "db.m7g.large" }))).not.to.include(
      "database-credits",
    );
    expect(await rejection(monitorGraph({ alarmTopicArn: "alarms" }))).to.include(
      'alarmTopicArn is "alarms", allowed is the ARN of an SNS topic',
    );
  });
});
