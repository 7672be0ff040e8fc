import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { fakeAws, graphOf, inputs, node, rejection } from "../../../support/graph";
import * as aws from "@pulumi/aws";

describe("a program with transforms", () => {
  const tag =
    (text: string): pulumi.ResourceTransform =>
    ({ type, props, opts }) =>
      type === "aws:sqs/queue:Queue"
        ? { props: { ...props, name: `${String(props["name"] ?? "")}${text}` }, opts }
        : undefined;

  it("has a resource's own run first, then its parents', then the stack's", async () => {
    const graph = await graphOf(() => {
      pulumi.runtime.registerResourceTransform(tag("4"));
      const outer = new pulumi.ComponentResource(
        "t:t:Outer",
        "outer",
        {},
        { transforms: [tag("3")] },
      );
      const inner = new pulumi.ComponentResource("t:t:Inner", "inner", {}, { parent: outer });
      new aws.sqs.Queue("q", {}, { parent: inner, transforms: [tag("1"), tag("2")] });
      new aws.sqs.Queue("other");
    }, components);
    expect(inputs(graph, "Queue", "q")["name"]).to.equal("1234");
    expect(inputs(graph, "Queue", "other")["name"]).to.equal("4");
  });

  it("keeps secrets and dependencies, and takes what a transform makes of options", async () => {
    const graph = await graphOf(() => {
      const first = new aws.sqs.Queue("first");
      new aws.sqs.Queue(
        "second",
        { tags: { of: first.arn, secret: pulumi.secret("x") } },
        {
          transforms: [
            ({ props, opts }) => ({
              props: { ...props, delaySeconds: 7 },
              opts: { ...opts, protect: true, ignoreChanges: ["tags"] },
            }),
          ],
        },
      );
    });
    const second = node(graph, "Queue", "second");
    expect(inputs(graph, "Queue", "second")).to.deep.equal({
      delaySeconds: 7,
      tags: { of: "arn:aws:sqs:eu-west-1:123456789012:first", secret: "x" },
    });
    expect(JSON.stringify(second.inputs)).to.contain("1b47061264138c4ac30d75fd1eb44270");
    expect(second).to.deep.include({
      protect: true,
      ignoreChanges: ["tags"],
      dependencies: [node(graph, "Queue", "first").urn],
    });
  });

  it("fails with what a transform throws, and with an option that cannot be tried here", async () => {
    const withTransform = (transform: pulumi.ResourceTransform) =>
      rejection(graphOf(() => new aws.sqs.Queue("q", {}, { transforms: [transform] })));
    expect(
      await withTransform(() => {
        throw new Error("not with me");
      }),
    ).to.contain("not with me");
    expect(
      await withTransform(({ props, opts }) => ({
        props,
        opts: { ...opts, retainOnDelete: true },
      })),
    ).to.contain(
      "a transform of aws:sqs/queue:Queue q changes the option retainOnDelete, which cannot be tried without AWS: " +
        "allowed are protect, ignoreChanges, additionalSecretOutputs, deleteBeforeReplace",
    );
  });

  const known = fakeAws();
  const components = {
    ...known,
    create: (resource: Parameters<typeof known.create>[0]) =>
      resource.custom ? known.create(resource) : Promise.resolve({ state: {} }),
  };
});
