import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { savedQueries } from "../../../components/watching/saved-queries";
import { metrics } from "../../../functions/contract";
import { EdpMonitor } from "../../../components";
import { evaluate, type Graph } from "../../../local/program";
import { expectMetric } from "../../support/documented-metrics";
import { fakeAws, inputs, listOf, monitorGraph, node, plainGraph } from "../../../support/graph";

type Options = Record<string, string | number | boolean>;
interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown> & {
    title?: string;
    metrics?: (string | Options)[][];
    annotations?: { horizontal: { value: number }[] };
  };
}

const dashboard = "aws:cloudwatch/dashboard:Dashboard";
const widgetsOf = (graph: Graph) =>
  (
    JSON.parse(String(inputs(graph, dashboard, "edp-dashboard")["dashboardBody"])) as {
      widgets: Widget[];
    }
  ).widgets;
const pane = (graph: Graph, title: string) => {
  const found = widgetsOf(graph).filter(({ properties }) => properties.title === title);
  expect(found, title).to.have.lengthOf(1);
  return found[0]!.properties.metrics!;
};

describe("dashboard", () => {
  it("has EDP's four panes first, with its titles and meanings", async () => {
    const graph = await plainGraph();
    const first = widgetsOf(graph).slice(0, 4);
    expect(first.map(({ properties, x, y }) => [properties.title, x, y])).to.deep.equal([
      ["EDP event bus topic", 0, 0],
      ["S3 EventBridge rule", 6, 0],
      ["Store in DB lambda", 12, 0],
      ["Emit event lambda", 18, 0],
    ]);
    expect(pane(graph, "EDP event bus topic")).to.deep.equal([
      [
        "AWS/SNS",
        "NumberOfMessagesPublished",
        "TopicName",
        "edp-package-events",
        { stat: "Sum", label: "messages published" },
      ],
    ]);
    expect(pane(graph, "S3 EventBridge rule")).to.deep.equal(
      ["Invocations", "TriggeredRules", "FailedInvocations"].map((name) => [
        ...["AWS/Events", name, "RuleName", "edp-object-events"],
        { stat: "Sum", label: name },
      ]),
    );
    for (const [title, lambda] of [
      ["Store in DB lambda", "edp-ingest"],
      ["Emit event lambda", "edp-emitter"],
    ] as const) {
      const [errors, invocations, success] = pane(graph, title);
      expect(errors!.slice(0, 4)).to.deep.equal(["AWS/Lambda", "Errors", "FunctionName", lambda]);
      expect(invocations!.slice(0, 4)).to.deep.equal([
        ...["AWS/Lambda", "Invocations", "FunctionName", lambda],
      ]);
      expect((success![0] as Options)["expression"]).to.equal(
        "100 - 100 * errors / MAX([errors, invocations])",
      );
    }
  });

  it("has a row for each station, in the order of the data's way", async () => {
    const headings = widgetsOf(await plainGraph())
      .map(({ properties }) => properties["markdown"])
      .filter((text): text is string => typeof text === "string" && text.startsWith("## "))
      .map((text) => text.slice(3, text.indexOf(":")));
    const stations = ["object-events", "ingest", "database", "emitter", "package-events"];
    expect(headings).to.deep.equal(stations);
  });

  it("has CloudWatch's structure: a grid of 24 columns, nothing upon another", async () => {
    const taken = new Map<string, string>();
    for (const widget of widgetsOf(await plainGraph())) {
      const { type, x, y, width, height, properties } = widget;
      expect(type).to.be.oneOf(["metric", "text", "alarm"]);
      const says = JSON.stringify(properties).slice(0, 60);
      expect([x, y, width, height].every(Number.isInteger), says).to.equal(true);
      expect(x + width, says).to.be.at.most(24);
      expect(height, says).to.be.within(1, 1000);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          expect(taken.get(`${column},${row}`), says).to.equal(undefined);
          taken.set(`${column},${row}`, says);
        }
      }
      if (type === "text") expect(properties["markdown"]).to.be.a("string");
      if (type === "alarm") expect(properties["alarms"]).to.have.lengthOf.within(1, 100);
      if (type !== "metric") continue;
      expect(properties["region"]).to.equal("eu-west-1");
      expect(properties["view"]).to.equal("timeSeries");
      expect(properties.metrics, says).to.have.lengthOf.within(1, 500);
    }
  });

  it("names metrics and resources that exist", async () => {
    const graph = await plainGraph();
    for (const { properties } of widgetsOf(graph)) {
      for (const line of properties.metrics ?? []) {
        if (typeof line[0] !== "string") continue;
        const names = line.filter((one) => typeof one === "string");
        const [namespace, metric, ...rest] = names;
        const dimensions: Record<string, string> = {};
        for (let i = 0; i < rest.length; i += 2) dimensions[rest[i]!] = rest[i + 1]!;
        const { stat = "Average" } = line[names.length] as Options;
        expectMetric(graph, namespace!, metric!, dimensions, String(stat));
      }
    }
  });

  it("draws its limits where the alarms go off", async () => {
    const graph = await plainGraph();
    const thresholds = new Map(
      graph.nodes.map(({ inputs }) => [inputs["metricName"], inputs["threshold"]]),
    );
    const limits = widgetsOf(graph).flatMap(({ properties }) =>
      (properties.annotations?.horizontal ?? []).map(({ value }) => {
        const metric = properties.metrics![0]![1] as string;
        expect(value, metric).to.equal(thresholds.get(metric));
        return metric;
      }),
    );
    expect(limits).to.deep.equal([
      "ApproximateAgeOfOldestMessage",
      "CPUUtilization",
      "DatabaseConnections",
      "HeartbeatAge",
      "AnnouncementLateness",
    ]);
  });

  it("shows every metric of ours", async () => {
    const text = JSON.stringify(widgetsOf(await plainGraph()));
    const hidden = Object.keys(metrics).filter((name) => !text.includes(`"${name}"`));
    // Its alarm says it, and the number of unpublished batches is shown.
    expect(hidden).to.deep.equal(["OldestUnpublishedAge"]);
  });

  it("shows the state of every alarm", async () => {
    const graph = await plainGraph();
    const { properties } = widgetsOf(graph).find(({ type }) => type === "alarm")!;
    const alarms = listOf(graph).filter((one) => one.startsWith("MetricAlarm "));
    expect((properties["alarms"] as string[]).map((arn) => arn.split(":").at(-1))).to.have.members(
      alarms.map((one) => one.slice("MetricAlarm ".length)),
    );
  });

  it("says what each zero means, and no data, EDP's three cases among them", async () => {
    const { properties } = widgetsOf(await plainGraph()).find(({ type }) => type === "text")!;
    const cases = [
      /\| EDP event bus topic \| no data or zero \|/,
      /\| Invocations: no data or zero \| .* `enableEventBridgeCommand`/,
      /\| TriggeredRules: no data or zero \| .* `pulumi up`/,
      /\| FailedInvocations: above zero \| .* policy/,
      // Of SNS's and EventBridge's metrics there is none while there is nothing to count.
      /^Of SNS and EventBridge \*\*no data\*\* is a zero/m,
    ];
    for (const one of cases) expect(properties["markdown"]).to.match(one);
  });

  it("has a name that CloudWatch takes, and its console's address in every partition", async () => {
    const china = await monitorGraph(
      { bucketName: "my.bucket-1" },
      fakeAws({ partition: "aws-cn" }),
    );
    expect(inputs(china, dashboard, "edp-dashboard")["dashboardName"]).to.equal(
      "edp-monitor-edp-dashboard-test-my_bucket-1",
    );
    expect(node(china, "EdpMonitor", "edp").outputs).to.include({
      dashboardUrl:
        "https://eu-west-1.console.amazonaws.cn/cloudwatch/home?region=eu-west-1#dashboards:name=edp-monitor-edp-dashboard-test-my_bucket-1",
    });
  });

  const titleIn = async (project: string, name: string, bucketName = "b-1", stack = "dev") => {
    const graph = await evaluate({ project, stack, config: {}, secretKeys: [] }, fakeAws(), () => {
      new EdpMonitor(name, { bucketName });
    });
    return String(inputs(graph, dashboard, `${name}-dashboard`)["dashboardName"]);
  };

  it("is not one with that of another project, and keeps its name in this one", async () => {
    expect(await titleIn("labs", "edp")).to.equal("labs-edp-dashboard-dev-b-1");
    expect(await titleIn("plants", "edp")).to.equal("plants-edp-dashboard-dev-b-1");
    expect(await titleIn("edp-monitor", "edp-monitor")).to.equal("edp-monitor-dashboard-dev-b-1");
  });

  it("has names of 255 characters at most, with the longest of its queries, that stay apart", async () => {
    const bucket = "B_".repeat(127);
    const titles = [
      await titleIn("p", "edp", `${bucket}1`),
      await titleIn("p", "edp", `${bucket}2`),
    ];
    const longest = Math.max(...savedQueries.map(({ id }) => id.length));
    for (const title of titles) {
      expect(title).to.have.lengthOf(255 - 1 - longest);
      expect(title).to.match(/^p-edp-dashboard-dev-(B_)+B?-[0-9a-f]{8}$/);
    }
    expect(titles[0]).not.to.equal(titles[1]);
  });
});

describe("saved queries", () => {
  it("read the log groups of their Lambdas", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "QueryDefinition", "edp-dashboard-slowest")).to.include({
      name: "edp-monitor-edp-dashboard-test-instrument-bucket/slowest",
    });
    const groups = (id: string) =>
      inputs(graph, "QueryDefinition", `edp-dashboard-${id}`)["logGroupNames"];
    expect(groups("slowest")).to.deep.equal(["edp-ingest"]);
    expect(groups("by-prefix")).to.deep.equal(["edp-ingest", "edp-emitter"]);
  });

  it("ask for fields that the log lines have, as documented", () => {
    const page = fs.readFileSync(path.join(__dirname, "../../../docs/observability.md"), "utf8");
    const own = ["@timestamp", "@message", "message", "service", "level"];
    for (const { id, queryString } of savedQueries) {
      const [fields, ...commands] = queryString.split("\n| ");
      const asked = fields!.replace(/^fields /, "").split(", ");
      const used = commands.flatMap((one) => /^(?:filter|sort) (@?\w+)/.exec(one)?.[1] ?? []);
      for (const field of [...asked, ...used]) {
        const documented = own.includes(field) || page.includes(`\`${field}\``);
        expect(documented, `${id} asks for ${field}`).to.equal(true);
      }
      expect(
        commands.every((one) => /^(filter|sort|limit) /.test(one)),
        id,
      ).to.equal(true);
      expect(page).to.include(`\`${id}\``);
    }
  });
});
