import { expect } from "chai";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { parse } from "yaml";
import {
  ComponentProvider,
  getPulumiComponents,
} from "@pulumi/pulumi/provider/experimental/provider";
import * as host from "@pulumi/pulumi/provider/server";
import * as library from "../../components";
import type { Arg } from "../../components/args/arg";
import { argTable } from "../../components/args/edp-monitor-table";
import { quiltEngineTable } from "../../components/args/quilt-engine-table";
import { subscriptionTable } from "../../components/args/package-subscription-table";
import { graphOf, inputs, rejection } from "../../support/graph";

interface Property {
  type?: string;
  plain?: boolean;
  description?: string;
}
interface Schema {
  resources: Record<
    string,
    {
      requiredInputs: string[];
      inputProperties: Record<string, Property>;
      properties: Record<string, Property>;
    }
  >;
}

/** Pulumi's own copy of protobuf, which it hands over args in. */
const structs = createRequire(require.resolve("@pulumi/pulumi"))(
  "google-protobuf/google/protobuf/struct_pb",
) as { Struct: { fromJavaScript(value: object): object } };

/** How the component host reads args; the SDK has it, but not in its types. */
const { deserializeInputs } = host as unknown as {
  deserializeInputs: (sent: object, dependencies: Map<string, unknown>) => Promise<object>;
};

const args = Object.entries<Arg>(argTable);

describe("the component for other languages", () => {
  let schema: Schema;
  let provider: ComponentProvider;
  before(async function () {
    this.timeout(60_000); // it compiles the components
    provider = new ComponentProvider({
      name: "edp-monitor",
      dirname: path.resolve(__dirname, "../.."),
      components: getPulumiComponents(library),
    });
    schema = JSON.parse(await provider.getSchema()) as Schema;
  });

  it("is three: the monitor, a subscription to its announcements, and Quilt's engine", () => {
    expect(Object.keys(schema.resources)).to.have.members([
      "edp-monitor:index:EdpMonitor",
      "edp-monitor:index:PackageSubscription",
      "edp-monitor:index:QuiltEngine",
    ]);
  });

  it("has every arg of Quilt's engine, as an input where it may come from another resource", () => {
    const { inputProperties, requiredInputs } = schema.resources["edp-monitor:index:QuiltEngine"]!;
    const table = Object.entries<Arg>(quiltEngineTable);
    expect(Object.keys(inputProperties)).to.have.members(table.map(([name]) => name));
    expect(requiredInputs).to.have.members(["eventBusName", "bucketName", "queueArn"]);
    const plain = Object.keys(inputProperties).filter((name) => inputProperties[name]!.plain);
    expect(plain).to.deep.equal(table.flatMap(([name, { isInput }]) => (isInput ? [] : [name])));
  });

  it("has every arg of a subscription, as an input where it may come from another resource", () => {
    const { inputProperties, requiredInputs, properties } =
      schema.resources["edp-monitor:index:PackageSubscription"]!;
    const table = Object.entries<Arg>(subscriptionTable);
    expect(Object.keys(inputProperties)).to.have.members(table.map(([name]) => name));
    expect(requiredInputs).to.have.members(["eventBusName", "bucketName"]);
    const plain = Object.keys(inputProperties).filter((name) => inputProperties[name]!.plain);
    expect(plain).to.deep.equal(table.flatMap(([name, { isInput }]) => (isInput ? [] : [name])));
    expect(Object.keys(properties).sort()).to.deep.equal([
      "deadLetterQueueArn",
      "deadLetterQueueUrl",
      "ruleArn",
    ]);
    for (const [name, { description }] of Object.entries({ ...properties, ...inputProperties })) {
      expect(description, name).to.be.a("string").that.is.not.empty;
    }
  });

  it("subscribes with what another resource brings", async () => {
    const graph = await graphOf(async () => {
      const sent = structs.Struct.fromJavaScript({
        eventBusName: output("edp"),
        bucketName: output("b-1"),
        queueArn: output("arn:aws:sqs:eu-west-1:123456789012:packages"),
      });
      const given = await deserializeInputs(sent, new Map());
      await provider.construct("packages", "edp-monitor:index:PackageSubscription", given, {});
    });
    expect(inputs(graph, "EventTarget", "packages")).to.include({
      arn: "arn:aws:sqs:eu-west-1:123456789012:packages",
    });
  });

  it("asks for the bucket's name only", () => {
    const monitor = schema.resources["edp-monitor:index:EdpMonitor"]!;
    expect(monitor.requiredInputs).to.deep.equal(["bucketName"]);
    expect(Object.keys(monitor.inputProperties)).to.have.members(args.map(([name]) => name));
  });

  it("takes from other resources what may come from them", () => {
    const { inputProperties } = schema.resources["edp-monitor:index:EdpMonitor"]!;
    const inputs = Object.keys(inputProperties).filter((name) => !inputProperties[name]!.plain);
    expect(inputs).to.have.members(args.flatMap(([name, { isInput }]) => (isInput ? [name] : [])));
    // What the table says, which its type holds to the args' types, is what other languages see.
    expect(inputs).to.include.members(["bucketName", "tags", "vpcId"]);
  });

  /** The args of another language's program, as its engine sends them and the component host reads them. */
  const construct = (args: object) =>
    graphOf(async () => {
      const sent = structs.Struct.fromJavaScript(args);
      const given = await deserializeInputs(sent, new Map());
      await provider.construct("edp", "edp-monitor:index:EdpMonitor", given, {});
    });
  /** A value that comes from a resource (https://github.com/pulumi/pulumi, sdk/nodejs/runtime/rpc.ts). */
  const output = (value?: unknown) => ({
    "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    ...(value === undefined ? {} : { value }), // not known in a preview
    dependencies: ["urn:pulumi:dev::p::aws:s3/bucket:Bucket::lab"],
  });
  const plainArgs = args.flatMap(([name, { isInput }]) => (isInput ? [] : [name]));

  it("refuses an output for every plain arg, known or not, in words for any language", async () => {
    for (const sent of [output("x"), output()]) {
      const message = await rejection(
        construct({
          bucketName: "b-1",
          ...Object.fromEntries(plainArgs.map((arg) => [arg, sent])),
        }),
      );
      const [first, ...lines] = message.split("\n  ");
      expect(first).to.equal(`EdpMonitor has ${plainArgs.length} wrong values:`);
      expect(lines).to.deep.equal(
        args
          .filter(([name]) => plainArgs.includes(name))
          .map(([arg, { allowed, example, file }]) => {
            const value = file === undefined ? JSON.stringify(example) : `the text of ${file}`;
            const isThere = file !== undefined || example !== undefined;
            const mend = isThere ? `set ${arg} to ${value}` : `leave ${arg} out`;
            return (
              `${arg} is an output, whose value comes from another resource, allowed is only a value ` +
              `that the program knows itself, ${allowed}: ${mend}`
            );
          }),
      );
    }
  });

  it("refuses an output inside of a plain arg", async () => {
    const zones = [output("eu-west-1a"), "eu-west-1b"];
    const message = await rejection(construct({ bucketName: "b-1", availabilityZones: zones }));
    expect(message).to.match(
      /^EdpMonitor has 1 wrong value:\n {2}availabilityZones\[0\] is an output, /,
    );
  });

  it("refuses a secret for a plain arg: it is an output as well", async () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "lab",
    };
    expect(await rejection(construct({ bucketName: "b-1", dbUser: secret }))).to.match(
      /^EdpMonitor has 1 wrong value:\n {2}dbUser is an output, /,
    );
  });

  it("takes plain values, and outputs where they may come later", async () => {
    const graph = await construct({
      bucketName: output("b-1"),
      alarmTopicArn: output(alarms),
      tags: { team: output("genomics"), cost: 7 },
    });
    expect(inputs(graph, "Function", "edp-ingest")).to.deep.include({
      tags: { team: "genomics", cost: "7" },
    });
    expect(inputs(graph, "MetricAlarm", "edp-alarms-heartbeat")["alarmActions"]).to.deep.equal([
      alarms,
    ]);
  });
  const alarms = "arn:aws:sns:eu-west-1:123456789012:alarms";

  it("says its outputs, and describes every one and every input", () => {
    const { properties, inputProperties } = schema.resources["edp-monitor:index:EdpMonitor"]!;
    expect(Object.keys(properties).sort()).to.deep.equal([
      "alarmTopicArn",
      "dashboardUrl",
      "databaseEndpoint",
      "deadLetterQueueUrl",
      "enableEventBridgeCommand",
      "eventBusArn",
      "eventBusName",
      "queueUrl",
      "targetDeadLetterQueueUrl",
      "topicArn",
    ]);
    for (const [name, { description }] of Object.entries({ ...properties, ...inputProperties })) {
      expect(description, name).to.be.a("string").that.is.not.empty;
    }
  });

  describe("in docs/using.md", () => {
    const page = fs.readFileSync(path.resolve(__dirname, "../../docs/using.md"), "utf8");
    const programIn = (language: string) =>
      new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)![1]!;
    const asInSchema = (name: string) =>
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()).replace(/^./, lower);
    const lower = (letter: string) => letter.toLowerCase();
    const found = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, name]) => asInSchema(name!));
    const args = ["bucketName", "bucketThresholdEventCount", "bucketThresholdDuration"];

    it("has the names of Python, Go and YAML", () => {
      const { inputProperties, properties } = schema.resources["edp-monitor:index:EdpMonitor"]!;
      expect(inputProperties).to.include.all.keys(args);
      expect(properties).to.have.property("topicArn");

      expect(found(programIn("python"), /^ +(\w+)=/gm)).to.deep.equal(args);
      expect(found(programIn("python"), /monitor\.(\w+)/g)).to.deep.equal(["topicArn"]);
      expect(found(programIn("go"), /^\t+(Bucket\w+):/gm)).to.deep.equal(args);
      expect(found(programIn("go"), /\bmonitor\.(\w+)/g)).to.deep.equal(["topicArn"]);
      const { resources, outputs } = parse(programIn("yaml")) as {
        resources: Record<string, { type: string; properties: object }>;
        outputs: object;
      };
      expect(resources["instruments"]!.type).to.equal("edp-monitor:EdpMonitor");
      expect(Object.keys(resources["instruments"]!.properties)).to.deep.equal(args);
      expect(outputs).to.deep.equal({ topicArn: "${instruments.topicArn}" });
    });
  });
});
