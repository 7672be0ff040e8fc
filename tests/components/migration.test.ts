import { expect } from "chai";
import { lambdaBundle } from "../../components/parts/lambda-bundles";
import { isSecret } from "../../local/program";
import {
  environment,
  fakeAws,
  inputs,
  listOf,
  monitorGraph,
  plainGraph,
  node,
  rejection,
} from "../../support/graph";

describe("migration", () => {
  it("is called with what makes it run again, and with the password as a secret", async () => {
    const { inputs: asked, additionalSecretOutputs } = node(
      await monitorGraph({ dbPassword: "open-sesame-1" }),
      "Invocation",
      "edp-migration",
    );
    const { input, ...rest } = asked;
    expect(rest).to.deep.equal({ functionName: "edp-migration" });
    expect(additionalSecretOutputs).to.deep.equal(["input"]);
    expect(isSecret(input)).to.equal(true);
    expect(JSON.parse((input as { value: string }).value)).to.deep.equal({
      bundleHash: lambdaBundle("migration").hash,
      databaseResourceId: "db-edp-database",
      runtimeRole: "edp_runtime",
      masterPassword: "open-sesame-1",
      salt: "generated-edp-migration",
    });
  });

  it("logs in as the master user, whose password is not in its environment", async () => {
    const graph = await monitorGraph({ dbUser: "owner" });
    expect(environment(graph, "edp-migration")).to.deep.equal({
      NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
      DATABASE_HOST: "edp-database.abc.rds.amazonaws.com",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "edp",
      DATABASE_USER: "owner",
    });
    expect(inputs(graph, "Function", "edp-migration")).to.include({
      timeout: 300,
      memorySize: 512,
    });
  });

  it("keeps everything that uses the database from being made when it fails", async () => {
    const made: string[] = [];
    const provider = fakeAws();
    const failing = {
      ...provider,
      create: (resource: Parameters<typeof provider.create>[0]) => {
        if (resource.type.endsWith(":Invocation")) throw new Error("migration 0001 failed");
        made.push(`${resource.type.split(":").at(-1)!} ${resource.name}`);
        return provider.create(resource);
      },
    };
    expect(await rejection(monitorGraph({}, failing))).to.include("migration 0001 failed");
    const all = listOf(await plainGraph());
    expect(all.filter((one) => !made.includes(one))).to.deep.equal([
      "EventSourceMapping edp-ingest",
      "EventTarget edp-emitter-schedule",
      "EventTarget edp-emitter-wake",
      "Function edp-emitter",
      "Function edp-ingest",
      "FunctionEventInvokeConfig edp-emitter",
      "Invocation edp-migration",
      "MetricAlarm edp-alarms-emitter-errors",
      "MetricAlarm edp-alarms-emitter-throttles",
      "MetricAlarm edp-alarms-heartbeat",
      "MetricAlarm edp-alarms-ingest-errors",
      "MetricAlarm edp-alarms-ingest-throttles",
      "Permission edp-emitter-schedule",
      "Permission edp-emitter-wake",
    ]);
  });
});
