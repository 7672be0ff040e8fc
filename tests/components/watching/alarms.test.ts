import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { troubles } from "../../support/alarm-troubles";
import { expectMetric } from "../../support/documented-metrics";
import { evaluateAlarm, type AlarmInputs } from "../../support/evaluate-alarm";
import {
  dependenciesOf,
  inputs,
  later,
  listOf,
  monitorGraph,
  node,
  plainGraph,
  rejection,
} from "../../../support/graph";
import type { Graph } from "../../../local/program";
import {
  emitterAlone,
  idleBucket,
  livelyBucket,
  minute,
  overlaid,
  pointsOf,
  type Series,
} from "../../support/metric-series";

const alarm = (graph: Graph, id: string) =>
  inputs(graph, "MetricAlarm", `edp-alarms-${id}`) as unknown as AlarmInputs;
const alarms = (graph: Graph) =>
  listOf(graph)
    .filter((one) => one.startsWith("MetricAlarm "))
    .map((one) => one.slice("MetricAlarm edp-alarms-".length));

/** Four hours, of which the second is in trouble, after a while in which the alarm gets to know its metric. */
const hours = 4 * 60 * minute;
const looked = [30 * minute, hours] as const;

describe("alarms", () => {
  it("watch every rule, queue, Lambda and the database", async () => {
    expect(alarms(await plainGraph())).to.have.members([
      ...["heartbeat", "unpublished", "lateness", "oldest-message", "rejected-messages"],
      ...["object-events", "heartbeat", "emitter-schedule", "emitter-wake", "package-events"].map(
        (rule) => `failed-invocations-${rule}`,
      ),
      ...["object-events", "heartbeat", "package-events"].map((rule) => `lost-${rule}`),
      ...["dead-letters", "undelivered-object-events", "undelivered-announcements"],
      ...["ingest", "emitter"].flatMap((lambda) => [`${lambda}-errors`, `${lambda}-throttles`]),
      ...["storage", "memory", "cpu", "credits", "connections"].map((of) => `database-${of}`),
    ]);
  });

  it("have a trouble each, which is shown here", async () => {
    expect(new Set(troubles.map((one) => one.alarm))).to.deep.equal(
      new Set(alarms(await plainGraph())),
    );
  });

  for (const { alarm: id, when, series, goesOff, comesBack } of troubles) {
    it(`${id} goes off when ${when}, alone, and comes back`, async () => {
      const graph = await plainGraph();
      for (const phase of [0, 20, 40, 59]) {
        const span = [60 * minute + 20 - phase, 120 * minute + 20 - phase] as const;
        const sent = overlaid(idleBucket(), series(span[0]), span);
        const points = pointsOf(sent, hours, phase);
        for (const other of alarms(graph)) {
          const changes = evaluateAlarm(alarm(graph, other), points, looked);
          const states = changes.map(({ state }) => state);
          const says = `${other}, values in second ${phase} of each minute`;
          if (other !== id) {
            expect(states, says).to.deep.equal(["OK"]);
            continue;
          }
          expect(states, says).to.deep.equal(["OK", "ALARM", "OK"]);
          const [, off, back] = changes;
          expect((off!.at - span[0]) / minute, says).to.be.within(...goesOff);
          expect((back!.at - span[1]) / minute, says).to.be.within(...comesBack);
        }
      }
    });
  }

  const calm: Record<string, () => Series[]> = {
    "an idle bucket": idleBucket,
    "a lively one with small mishaps": livelyBucket,
    "a new stack, of which AWS says nothing yet": emitterAlone,
  };
  for (const [what, series] of Object.entries(calm)) {
    it(`are silent over ${what}`, async () => {
      const graph = await plainGraph();
      for (const phase of [0, 31, 59]) {
        const points = pointsOf(series(), hours, phase);
        for (const id of alarms(graph)) {
          const changes = evaluateAlarm(alarm(graph, id), points, [5 * minute, hours]);
          expect(
            changes.map(({ state }) => state),
            id,
          ).to.deep.equal(["OK"]);
        }
      }
    });
  }

  it("are silent without any value, but for the heartbeat's, which therefore comes last", async () => {
    const graph = await plainGraph();
    for (const id of alarms(graph)) {
      const [first] = evaluateAlarm(alarm(graph, id), [], looked);
      expect(first!.state, id).to.equal(id === "heartbeat" ? "ALARM" : "OK");
    }
    const before = dependenciesOf(graph, node(graph, "MetricAlarm", "edp-alarms-heartbeat"));
    const way = [
      node(graph, "EventSourceMapping", "edp-ingest"),
      node(graph, "EventTarget", "edp-emitter-schedule"),
    ];
    for (const { urn } of way) expect(before.has(urn), urn).to.equal(true);
  });

  it("watch metrics that are documented, of the graph's resources", async () => {
    const graph = await plainGraph();
    for (const id of alarms(graph)) {
      const { namespace, metricName, dimensions, ...one } = alarm(graph, id);
      const statistic = one.statistic ?? one.extendedStatistic!;
      expectMetric(graph, namespace, metricName, dimensions, statistic);
    }
  });

  const defaultBus = "arn:aws:events:eu-west-1:123456789012:event-bus/default";
  for (const eventBusName of ["default", defaultBus, later("default"), later(defaultBus)]) {
    it(`have no bus among the dimensions of the default one's rule, given as ${typeof eventBusName === "string" ? eventBusName : "an output"}`, async () => {
      const graph = await monitorGraph({ eventBusName });
      for (const id of ["failed-invocations-package-events", "lost-package-events"]) {
        expect(alarm(graph, id).dimensions).to.deep.equal({ RuleName: "edp-package-events" });
      }
      expect(
        JSON.stringify(inputs(graph, "aws:cloudwatch/dashboard:Dashboard", "edp-dashboard")),
      ).not.to.include("EventBusName");
    });
  }

  it("say what is wrong, and where to read on", async () => {
    const graph = await plainGraph();
    const page = fs.readFileSync(path.join(__dirname, "../../../docs/observability.md"), "utf8");
    for (const id of alarms(graph)) {
      const { alarmDescription } = alarm(graph, id);
      expect(alarmDescription).to.match(/^EDP Monitor of instrument-bucket: \S.*\. What to do: /);
      expect(alarmDescription.length).to.be.at.most(1024);
      const heading = id.replace(/^(failed-invocations|lost)-.*/, "$1-…");
      expect(page).to.include(`\`${heading}\``);
    }
  });

  it("name the saved query that finds a rejected message, and for how long it is tried", async () => {
    const graph = await plainGraph();
    const { alarmDescription } = alarm(graph, "rejected-messages");
    const [, query] = /saved query "([\w-]+)"/.exec(alarmDescription) ?? [];
    const { queryString } = inputs(graph, "QueryDefinition", `edp-dashboard-${query!}`);
    expect(queryString).to.include('message = "message rejected"').and.to.include("reason");
    expect(alarmDescription).to.include("28 hours");
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
      topic: alarmTopicArn,
      protocol: "email",
      endpoint: "lab@example.com",
    });
  });

  it("watch the charged credits of a class that can have some, and refuse a wrong topic", async () => {
    for (const [dbInstanceClass, has] of [
      ["db.m7g.large", false],
      ["db.t2.small", false], // slowed down instead, and no PostgreSQL 17
      ["db.t3.medium", true],
      ["db.t4g.medium", true],
    ] as const) {
      const ids = alarms(await monitorGraph({ dbInstanceClass }));
      expect(ids.includes("database-credits"), dbInstanceClass).to.equal(has);
    }
    expect(await rejection(monitorGraph({ alarmTopicArn: "alarms" }))).to.include(
      'alarmTopicArn is "alarms", allowed is the ARN of an SNS topic',
    );
  });
});
