import { expect } from "chai";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { EdpMonitor } from "../components";
import type { Graph } from "../local";
import {
  dependenciesOf,
  environment,
  fakeAws,
  graphOf,
  inputs,
  inputsByUrn,
  listOf,
  node,
} from "../support/graph";

const root = path.resolve(__dirname, "..");
const file = path.join(root, "examples", "own-program", "index.ts");

describe("examples/own-program", () => {
  it("is the program that the README shows", () => {
    expect(fs.readFileSync(path.join(root, "README.md"), "utf8")).to.contain(
      `\`\`\`ts\n${fs.readFileSync(file, "utf8")}\`\`\``,
    );
  });

  it("registers a monitor, and a queue that subscribes to one instrument", async () => {
    const graph = await graphOf(
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
      () => require(file) as unknown,
    );

    expect(listOf(graph)).to.include.members([
      "EdpMonitor instruments",
      "Queue packages",
      "PackageSubscription packages",
      "EventRule packages",
      "EventTarget packages",
      "QueuePolicy packages",
      "MetricAlarm packages-undelivered",
    ]);
    expect(inputs(graph, "EventRule", "packages")["eventPattern"]).to.equal(
      JSON.stringify({
        source: ["com.quiltdata.edp"],
        "detail-type": ["package-objects-ready"],
        detail: { bucket: ["instrument-bucket"], prefix: [{ prefix: "sequencer-1/" }] },
      }),
    );
    expect(inputs(graph, "EventTarget", "packages")).to.include({
      eventBusName: inputs(graph, "EventRule", "packages")["eventBusName"],
      arn: "arn:aws:sqs:eu-west-1:123456789012:packages",
    });
    expect(graph.outputs)
      .to.have.property("topicArn")
      .that.matches(/^arn:aws:sns:/);
  });
});

describe("examples/own-bucket", () => {
  const program = path.join(root, "examples", "own-bucket", "index.ts");

  it("is the program that docs/using.md shows", () => {
    expect(fs.readFileSync(path.join(root, "docs", "using.md"), "utf8")).to.contain(
      `\`\`\`ts\n${fs.readFileSync(program, "utf8")}\`\`\``,
    );
  });

  /** The program, whose bucket gets its name when it is made. */
  const run = ({ isPreview = false, isNamed = true } = {}) => {
    const aws = fakeAws();
    const name = "instruments-1a2b3c4";
    const id = isPreview ? {} : { id: name };
    return graphOf(
      () => {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- what Node.js offers for it
        delete load.cache[program];
        return load(program) as unknown;
      },
      {
        create: async (resource) => {
          if (resource.type !== "aws:s3/bucket:Bucket") return aws.create(resource);
          return { ...id, state: { ...resource.inputs, ...(isNamed ? { bucket: name } : {}) } };
        },
        invoke: (token, asked) => aws.invoke(token, asked),
      },
      { isPreview },
    );
  };
  const load = createRequire(__filename);

  it("looks the bucket up once it is there, and switches its events on", async () => {
    const graph = await run();
    const bucket = node(graph, "Bucket", "instruments");
    const name = "instruments-1a2b3c4";
    expect(
      graph.invokes.filter(({ token }) => token === "aws:s3/getBucket:getBucket"),
    ).to.deep.equal([{ token: "aws:s3/getBucket:getBucket", inputs: { bucket: name } }]);
    const notification = node(graph, "BucketNotification", "instruments-object-events");
    expect(notification.inputs).to.deep.equal({ bucket: name, eventbridge: true });
    expect(dependenciesOf(graph, notification)).to.include(bucket.urn);
    const rule = inputs(graph, "EventRule", "instruments-object-events");
    expect(rule["eventPattern"]).to.contain(`"bucket":{"name":["${name}"]}`);
    for (const lambda of ["ingest", "emitter"]) {
      expect(environment(graph, `instruments-${lambda}`)).to.include({ BUCKET_NAME: name });
    }
    expect(
      inputs(graph, "aws:cloudwatch/dashboard:Dashboard", "instruments-dashboard")["dashboardName"],
    ).to.equal(`edp-monitor-instruments-dashboard-test-${name}`);
    expect(inputs(graph, "MetricAlarm", "instruments-alarms-heartbeat")).to.deep.include({
      dimensions: { bucket: name },
    });
    expect(graph.outputs).to.include({ bucketName: name });
    expect(graph.outputs)
      .to.have.property("topicArn")
      .that.matches(/^arn:aws:sns:/);
  });

  for (const isNamed of [false, true]) {
    it(`shows all of it in the first preview, its name ${isNamed ? "" : "not "}known, and asks for no bucket`, async () => {
      const preview = await run({ isPreview: true, isNamed });
      const asked = preview.invokes.map(({ token }) => token);
      expect(asked).not.to.include("aws:s3/getBucket:getBucket");
      const urns = ({ nodes }: Graph) => nodes.map(({ urn }) => urn);
      expect(urns(preview)).to.have.members(urns(await run()));
    });
  }
});

describe("examples/transforms", () => {
  const program = path.join(root, "examples", "transforms", "index.ts");

  it("is the program that docs/using.md shows", () => {
    expect(fs.readFileSync(path.join(root, "docs", "using.md"), "utf8")).to.contain(
      `\`\`\`ts\n${fs.readFileSync(program, "utf8")}\`\`\``,
    );
  });

  it("changes what it says inside of the monitor, and nothing else", async () => {
    const aws = fakeAws();
    const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/ledger";
    const graph = await graphOf(
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
      () => require(program) as unknown,
      {
        ...aws,
        create: (resource) =>
          resource.type === "aws:kms/key:Key"
            ? Promise.resolve({ id: "ledger", state: { arn: keyArn } })
            : aws.create(resource),
      },
    );
    const untouched = await graphOf(
      () => new EdpMonitor("instruments", { bucketName: "instrument-bucket" }),
    );

    const before = inputsByUrn(untouched);
    const changed = Object.entries(inputsByUrn(graph)).flatMap(([urn, now]) => {
      const old = before[urn] as Record<string, unknown> | undefined;
      const names = Object.entries(now as Record<string, unknown>)
        .filter(([input, value]) => JSON.stringify(value) !== JSON.stringify(old?.[input]))
        .map(([input]) => input);
      return old === undefined || names.length === 0 ? [] : [[urn.split("::").at(-1), names]];
    });
    expect(changed).to.deep.equal([
      ["instruments-database", ["kmsKeyId"]],
      ["instruments-ingest", ["memorySize"]],
    ]);
    expect(inputs(graph, "Instance", "instruments-database")["kmsKeyId"]).to.equal(keyArn);
    expect(inputs(graph, "aws:lambda/function:Function", "instruments-ingest")).to.include({
      memorySize: 1024,
    });
  });
});

describe("examples/vpc-without-gateway", () => {
  it("registers a monitor in a VPC whose one way out is the endpoint of EventBridge", async () => {
    const program = path.join(root, "examples", "vpc-without-gateway", "index.ts");
    const aws = fakeAws();
    const graph = await graphOf(
      () => {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
        return require(program) as unknown;
      },
      {
        create: (resource) =>
          /^aws:ec2\/(vpc|subnet):/.test(resource.type)
            ? Promise.resolve({
                id: `${resource.type.split(":").at(-1)!.toLowerCase()}-${resource.name}`,
                state: resource.inputs,
              })
            : aws.create(resource),
        invoke: (token, asked) => aws.invoke(token, asked),
      },
    );
    const subnetIds = ["subnet-instruments-a", "subnet-instruments-b"];
    expect(listOf(graph)).to.include("EdpMonitor instruments");
    expect(listOf(graph).join()).to.not.match(/Gateway|Route/);
    expect(inputs(graph, "VpcEndpoint", "instruments-events")).to.include({
      vpcId: "vpc-instruments",
      serviceName: "com.amazonaws.eu-west-1.events",
    });
    for (const name of ["instruments-ingest", "instruments-emitter", "instruments-migration"]) {
      expect(inputs(graph, "Function", name)["vpcConfig"]).to.deep.include({ subnetIds });
    }
  });
});

describe("examples/quilt-engine", () => {
  const program = path.join(root, "examples", "quilt-engine", "index.ts");

  it("is the program that docs/quilt.md shows", () => {
    expect(fs.readFileSync(path.join(root, "docs", "quilt.md"), "utf8")).to.contain(
      `\`\`\`ts\n${fs.readFileSync(program, "utf8")}\`\`\``,
    );
  });

  it("brings the announcements of its monitor's bus to the engine's queue, and says what lets it in", async () => {
    const packagerQueueArn = "arn:aws:sqs:eu-west-1:123456789012:PackagerQueue";
    const graph = await graphOf(
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
      () => require(program) as unknown,
      fakeAws(),
      { config: { "edp-monitor:packagerQueueArn": packagerQueueArn } },
    );
    const target = inputs(graph, "EventTarget", "instruments-quilt");
    expect(target["arn"]).to.equal(packagerQueueArn);
    expect(target["eventBusName"]).to.equal(
      inputs(graph, "EventTarget", "instruments-package-events")["eventBusName"],
    );
    expect(graph.outputs)
      .to.have.property("queuePolicyStatement")
      .that.contains(`"Resource":"${packagerQueueArn}"`);
  });
});
