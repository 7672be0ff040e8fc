import { expect } from "chai";
import { allows, type CallContext } from "../../local/policies";
import { callsThatAre, nameOf, policiesOf } from "../support/calls";
import { plainGraph } from "../../support/graph";

describe("policies", () => {
  const queue = "arn:aws:sqs:eu-west-1:123456789012:objects";
  const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue };
  const fromRule = { ...send, Condition: { ArnEquals: { "aws:SourceArn": ["arn:a", "arn:b"] } } };
  const noTls = {
    Effect: "Deny",
    Action: ["sqs:SendMessage", "sqs:ReceiveMessage"],
    Resource: queue,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const may = (text: string | undefined, context: CallContext = {}) =>
    allows([text], "sqs:SendMessage", queue, context);

  it("allow what a statement allows, and nothing without one", () => {
    expect(may(policy(send))).to.equal(true);
    expect(may(policy({ ...send, Action: ["sqs:GetQueueUrl", "sqs:SendMessage"] }))).to.equal(true);
    expect(may(policy({ ...send, Resource: [`${queue}-other`, queue] }))).to.equal(true);
    expect(may(policy({ ...send, Resource: "*" }))).to.equal(true);
    expect(may(policy({ ...send, Resource: "arn:*:objects" }))).to.equal(true);
    expect(may(policy({ ...send, Action: "sqs:*" }))).to.equal(true);

    expect(may(undefined)).to.equal(false);
    expect(may(policy())).to.equal(false);
    expect(may(policy({ ...send, Action: "sqs:ReceiveMessage" }))).to.equal(false);
    expect(may(policy({ ...send, Action: "sns:*" }))).to.equal(false);
    expect(may(policy({ ...send, Resource: `${queue}-other` }))).to.equal(false);
    expect(may(policy({ ...send, Resource: queue.replace("arn:aws", "arn.aws") }))).to.equal(false);
  });

  it("ask for every condition, and for one of its values", () => {
    expect(may(policy(fromRule), { "aws:SourceArn": "arn:b" })).to.equal(true);
    expect(may(policy(fromRule), { "aws:SourceArn": "arn:c" })).to.equal(false);
    expect(may(policy(fromRule))).to.equal(false);
    const both = { StringEquals: { "events:source": "s", "events:detail-type": "d" } };
    const two = policy({ ...send, Condition: both });
    expect(may(two, { "events:source": "s", "events:detail-type": "d" })).to.equal(true);
    expect(may(two, { "events:source": "s", "events:detail-type": "x" })).to.equal(false);
  });

  it("ask of an array that all its values are among those wanted, and of Null that it is there", () => {
    const all = { "ForAllValues:StringEquals": { key: ["a", "b"] } };
    const there = { Null: { key: "false" } };
    const cases: [condition: object, context: CallContext, isMet: boolean][] = [
      [all, { key: ["a", "b", "a"] }, true],
      [all, { key: ["a", "c"] }, false],
      [all, { key: "a" }, true],
      [all, {}, true],
      [there, { key: ["a"] }, true],
      [there, { key: "" }, false],
      [there, {}, false],
      [{ Null: { key: "true" } }, {}, true],
      [{ Null: { key: "true" } }, { key: "a" }, false],
      [{ ...all, ...there }, { key: ["a"] }, true],
      [{ ...all, ...there }, {}, false],
      // An array needs a set operator.
      [{ StringEquals: { key: "a" } }, { key: ["a"] }, false],
      [{ StringEquals: { key: "a" } }, { key: ["a", "a"] }, false],
    ];
    for (const [Condition, context, isMet] of cases) {
      const text = policy({ ...send, Condition });
      expect(may(text, context), JSON.stringify([Condition, context])).to.equal(isMet);
    }
  });

  it("let a denial win, where it applies", () => {
    expect(may(policy(send, noTls), { "aws:SecureTransport": "true" })).to.equal(true);
    expect(may(policy(send, noTls), { "aws:SecureTransport": "false" })).to.equal(false);
  });

  it("refuse an operator that the local stack does not know, by name", () => {
    for (const operator of ["StringLike", "ForAnyValue:StringEquals", "constructor"]) {
      expect(() => may(policy({ ...send, Condition: { [operator]: { a: "b*" } } }))).to.throw(
        `policy uses ${operator}, which the local stack does not know`,
      );
    }
  });

  it("would deny every event if source and detail-type had no set operator", async () => {
    const [call] = callsThatAre(true).find(
      ([title]) => title === "the emitter announces one batch",
    )![1];
    const { identity } = policiesOf(await plainGraph(), call!);
    const plain = identity!.replace("ForAllValues:StringEquals", "StringEquals");
    expect(allows([plain], call!.action, call!.resource, { ...call!.context })).to.equal(false);
  });

  // As another engine judges them: tests/components/judged-calls.test.ts.
  for (const isAllowed of [true, false]) {
    describe(`of the stack ${isAllowed ? "allow" : "deny"}`, () => {
      for (const [title, calls] of callsThatAre(isAllowed)) {
        it(title, async () => {
          const graph = await plainGraph();
          for (const call of calls) {
            const { identity, resource } = policiesOf(graph, call);
            const judged = allows([identity, resource], call.action, call.resource, {
              ...call.context,
            });
            expect(judged, nameOf(call)).to.equal(isAllowed);
          }
        });
      }
    });
  }
});
