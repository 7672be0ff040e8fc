import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { EdpMonitor } from "../../components";
import { isSecret } from "../../local/program";
import { fakeAws, graphOf, kindOf, monitorGraph, node } from "../../support/graph";

describe("EdpMonitor, in somebody's program", () => {
  it("lives beside another one in one program", async () => {
    const graph = await graphOf(() => {
      new EdpMonitor("first", { bucketName: "bucket-1" });
      new EdpMonitor("second", { bucketName: "bucket-2" });
    });
    const [first, second] = ["first", "second"].map(
      (prefix) => graph.nodes.filter(({ name }) => name.startsWith(prefix)).length,
    );
    expect(first).to.equal(second);
    expect(graph.nodes).to.have.length(first! + second! + 1);

    // AWS sees physical names only, so none may be fixed: every one is Pulumi's, with a suffix.
    // Queries have none to be made, and may share one.
    const named = graph.nodes.filter((one) => kindOf(one) !== "QueryDefinition");
    const fixed = named.flatMap(({ urn, inputs }) =>
      ["name", "namePrefix", "identifier", "identifierPrefix", "bucketPrefix", "targetId"]
        .filter((key) => key in inputs)
        .map((key) => `${urn} ${key}`),
    );
    expect(fixed).to.deep.equal([]);
    const dashboards = graph.nodes.map(({ inputs }) => inputs["dashboardName"]).filter(Boolean);
    expect(dashboards).to.deep.equal([
      "edp-monitor-first-dashboard-test-bucket-1",
      "edp-monitor-second-dashboard-test-bucket-2",
    ]);
  });

  it("watches a bucket from before 2018, whose name is long, within every limit of AWS", async () => {
    const bucketName = "ABCD_Central_1".padEnd(255, "x");
    const graph = await monitorGraph({ bucketName });
    const alarms = graph.nodes.filter((one) => kindOf(one) === "MetricAlarm");
    expect(alarms).not.to.be.empty;
    for (const { inputs, name } of alarms) {
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
      expect(String(inputs["alarmDescription"]).length, name).to.be.at.most(1024);
    }
    for (const { inputs, name } of graph.nodes.filter((one) => kindOf(one) === "EventRule")) {
      const pattern = (inputs["eventPattern"] as string | undefined) ?? "";
      expect(pattern.length, name).to.be.at.most(2048);
    }
    expect(node(graph, "EdpMonitor", "edp").outputs!["enableEventBridgeCommand"]).to.include(
      `--bucket ${bucketName} --region eu-west-1`,
    );
  });

  it("gives its tags to everything that can have them", async () => {
    const graph = await monitorGraph({ tags: { team: "genomics" } });
    const tagged = graph.nodes.filter(
      ({ type, inputs }) => type.startsWith("aws") && inputs["tags"],
    );
    for (const { inputs } of tagged) expect(inputs["tags"]).to.deep.equal({ team: "genomics" });
    const untagged = graph.nodes.filter(
      ({ type, inputs }) => type.startsWith("aws") && !inputs["tags"],
    );
    expect([...new Set(untagged.map(kindOf))].sort()).to.deep.equal([
      "Dashboard",
      "EventTarget",
      "FunctionEventInvokeConfig",
      "Invocation",
      "Permission",
      "QueryDefinition",
      "QueuePolicy",
      "RedriveAllowPolicy",
      "RolePolicy",
      "TopicPolicy",
    ]);
  });

  it("makes its resources with the provider it is given", async () => {
    const aws = await import("@pulumi/aws");
    const provider = fakeAws();
    const graph = await graphOf(
      () => {
        const far = new aws.Provider("far", { region: "us-west-2" });
        new EdpMonitor("edp", { bucketName: "b-1" }, { providers: [far] });
      },
      {
        ...provider,
        create: (resource) =>
          resource.type === "pulumi:providers:aws"
            ? Promise.resolve({ id: "far-id", state: {} })
            : provider.create(resource),
      },
    );
    const far = graph.nodes.find(({ name }) => name === "far")!;
    const own = graph.nodes.filter(({ type }) => type.startsWith("aws:"));
    expect(new Set(own.map((one) => one.provider))).to.deep.equal(new Set([`${far.urn}::far-id`]));
  });

  it("says another partition wherever it names one", async () => {
    const graph = await monitorGraph({}, fakeAws({ partition: "aws-cn" }));
    const texts = JSON.stringify(graph.nodes.map(({ inputs }) => inputs));
    expect(texts).to.include("arn:aws-cn:rds-db:");
    expect(texts).to.not.include("arn:aws:");
  });

  it("keeps the password secret everywhere, its own inputs included", async () => {
    for (const dbPassword of ["open-sesame-1", pulumi.output("open-sesame-1")]) {
      const graph = await monitorGraph({ dbPassword });
      const open = graph.nodes.filter(({ inputs, outputs }) =>
        jsonWithoutSecrets([inputs, outputs]).includes("open-sesame-1"),
      );
      expect(open.map(({ urn }) => urn)).to.deep.equal([]);
      expect(isSecret(node(graph, "EdpMonitor", "edp").inputs["dbPassword"])).to.equal(true);
    }
  });
});

/** As JSON, with every secret left out. */
function jsonWithoutSecrets(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (isSecret(one) ? "secret" : one));
}
