import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { fakeAws, graphOf, inputs, listOf, node } from "./support/graph";

const root = path.resolve(__dirname, "..");
const file = path.join(root, "examples", "own-program", "index.ts");

describe("examples/own-program", () => {
  it("is the program that the README shows", () => {
    expect(fs.readFileSync(path.join(root, "README.md"), "utf8")).to.contain(
      `\`\`\`ts\n${fs.readFileSync(file, "utf8")}\`\`\``,
    );
  });

  it("registers a monitor, and a queue that a rule on its bus feeds", async () => {
    const aws = fakeAws();
    const graph = await graphOf(
      () => {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
        return require(file) as unknown;
      },
      {
        create: (resource) => aws.create(resource),
        invoke: (token, asked) =>
          token === "aws:iam/getPolicyDocument:getPolicyDocument"
            ? Promise.resolve({ json: JSON.stringify(asked) })
            : aws.invoke(token, asked),
      },
    );

    expect(listOf(graph)).to.include.members([
      "EdpMonitor instruments",
      "Queue packages",
      "EventRule packages",
      "EventTarget packages",
      "QueuePolicy packages",
    ]);
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

  it("looks the bucket up once it is there, and switches its events on", async () => {
    const aws = fakeAws();
    const buckets: unknown[] = [];
    const graph = await graphOf(
      () => {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
        return require(program) as unknown;
      },
      {
        create: (resource) => {
          if (resource.type !== "aws:s3/bucket:Bucket") return aws.create(resource);
          buckets.push("instruments-1a2b3c4");
          return Promise.resolve({ id: "instruments-1a2b3c4", state: resource.inputs });
        },
        invoke: (token, asked) => {
          if (token === "aws:s3/getBucket:getBucket") {
            expect(buckets, "buckets that are there").to.deep.equal([asked["bucket"]]);
          }
          return aws.invoke(token, asked);
        },
      },
    );

    expect(inputs(graph, "BucketNotification", "instruments-object-events")).to.deep.equal({
      bucket: "instruments-1a2b3c4",
      eventbridge: true,
    });
    const bucket = node(graph, "Bucket", "instruments");
    expect(node(graph, "EdpMonitor", "instruments").dependencies).to.include(bucket.urn);
    expect(graph.outputs).to.include({ bucketName: "instruments-1a2b3c4" });
    expect(graph.outputs)
      .to.have.property("topicArn")
      .that.matches(/^arn:aws:sns:/);
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
