import { expect } from "chai";
import { PackageSubscription } from "../../components";
import { fakeAws, graphOf, inputs, later, rejection } from "../../support/graph";

const bus = { eventBusName: "edp", bucketName: "instrument-bucket" };
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;
const queueArn = arn("sqs", "packages");

/** What the program stops with, and what of AWS had been made by then. */
async function refusal(args: object) {
  const made: string[] = [];
  const provider = fakeAws();
  const error = await rejection(
    graphOf(() => new PackageSubscription("packages", { ...bus, ...args }), {
      ...provider,
      create: (resource) => {
        if (resource.custom) made.push(`${resource.type} ${resource.name}`);
        return provider.create(resource);
      },
    }),
  );
  return { error, made };
}

describe("a subscription that is wrong", () => {
  const example = 'set queueArn to "arn:aws:sqs:eu-west-1:123456789012:packages"';
  const aQueue =
    "the ARN of a standard SQS queue, such as arn:aws:sqs:eu-west-1:123456789012:packages";
  const refused: [string, object, string][] = [
    [
      "no target",
      {},
      `no target is given, allowed is exactly one of queueArn, functionArn, stateMachineArn, targetEventBusArn: ${example}`,
    ],
    [
      "two targets",
      { queueArn, functionArn: later(arn("lambda", "function:packager")) },
      "queueArn and functionArn are given, allowed is exactly one target: leave functionArn out",
    ],
    [
      "a FIFO queue",
      { queueArn: `${queueArn}.fifo` },
      `queueArn is "${queueArn}.fifo", a FIFO queue, which needs a message group and would not drop second copies either, allowed is ${aQueue}: ${example}`,
    ],
    [
      "a FIFO queue that is known late",
      { queueArn: later(`${queueArn}.fifo`) },
      `queueArn is "${queueArn}.fifo", a FIFO queue, which needs a message group and would not drop second copies either, allowed is ${aQueue}: ${example}`,
    ],
    [
      "a pattern with quotes",
      { queueArn, prefixPattern: '"raw/*"' },
      `prefixPattern is "\\"raw/*\\"", allowed is a pattern such as sequencer-1/*, without quotes and blanks around it, of 1 to 1024 bytes: set prefixPattern to "sequencer-1/*"`,
    ],
    [
      "an arg that it does not have",
      { queueArn, prefixPatern: "raw/*" },
      'prefixPatern is "raw/*", allowed are only known args, the nearest is prefixPattern: leave prefixPatern out and set prefixPattern to "raw/*"',
    ],
  ];
  for (const [what, args, line] of refused) {
    it(`refuses ${what}, and makes nothing`, async () => {
      const { error, made } = await refusal(args);
      expect(error).to.equal(`PackageSubscription has 1 wrong value:\n  ${line}`);
      expect(made).to.deep.equal([]);
    });
  }

  const here = "allowed is one of this account and region, 123456789012 in eu-west-1: ";
  for (const [arg, arnOf] of [
    ["queueArn", (home: string) => `arn:aws:sqs:${home}:packages`],
    ["functionArn", (home: string) => `arn:aws:lambda:${home}:function:packager`],
    ["stateMachineArn", (home: string) => `arn:aws:states:${home}:stateMachine:packager`],
  ] as const) {
    for (const home of ["eu-west-1:210987654321", "us-east-1:123456789012"]) {
      it(`refuses the ${arg} of ${home}, known late, and makes nothing`, async () => {
        const { error, made } = await refusal({ [arg]: later(arnOf(home)) });
        expect(error).to.equal(
          `${arg} is "${arnOf(home)}", ${here}set targetEventBusArn to a bus there, and subscribe on that bus`,
        );
        expect(made).to.deep.equal([]);
      });
    }
  }

  it("refuses a bus of another account, where no rule can be made", async () => {
    const eventBusName = "arn:aws:events:eu-west-1:210987654321:event-bus/edp";
    const { error, made } = await refusal({ eventBusName, queueArn });
    expect(error).to.match(
      /^eventBusName is "arn:aws:events:eu-west-1:210987654321:event-bus\/edp", /,
    );
    expect(made).to.deep.equal([]);
  });

  it("knows the bus of an ARN by its name", async () => {
    const eventBusName = "arn:aws:events:eu-west-1:123456789012:event-bus/edp";
    const graph = await graphOf(
      () => new PackageSubscription("packages", { ...bus, eventBusName, queueArn }),
    );
    expect(inputs(graph, "EventRule", "packages")["eventBusName"]).to.equal("edp");
  });

  it("names everything that is wrong, its name too, before anything is registered", async () => {
    const wrong = { eventBusName: "", targetEventBusArn: "packages" } as never;
    expect(await rejection(graphOf(() => new PackageSubscription("a b", wrong)))).to.equal(
      [
        "PackageSubscription has 4 wrong values:",
        `the subscription's name is "a b", allowed are 1 to 56 letters, digits, hyphens and underscores: set the subscription's name to "packages"`,
        'eventBusName is "", allowed is the name or ARN of an event bus of this account and region: set eventBusName to "my-bus"',
        "bucketName is missing, allowed is the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens " +
          '(before March 2018 also capitals, underscores, and up to 255 characters): set bucketName to "my-bucket"',
        'targetEventBusArn is "packages", allowed is the ARN of an event bus, such as arn:aws:events:eu-west-1:123456789012:event-bus/packages: ' +
          'set targetEventBusArn to "arn:aws:events:eu-west-1:123456789012:event-bus/packages"',
      ].join("\n  "),
    );
  });
});
