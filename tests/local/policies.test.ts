import { expect } from "chai";
import { allows } from "../../local/policies";

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
  const may = (text: string | undefined, context: Record<string, string> = {}) =>
    allows([text], "sqs:SendMessage", queue, context);

  it("allow what a statement allows, and nothing without one", () => {
    expect(may(policy(send))).to.equal(true);
    expect(may(policy({ ...send, Action: ["sqs:GetQueueUrl", "sqs:SendMessage"] }))).to.equal(true);
    expect(may(policy({ ...send, Resource: [`${queue}-other`, queue] }))).to.equal(true);
    expect(may(policy({ ...send, Resource: "*" }))).to.equal(true);

    expect(may(undefined)).to.equal(false);
    expect(may(policy())).to.equal(false);
    expect(may(policy({ ...send, Action: "sqs:ReceiveMessage" }))).to.equal(false);
    expect(may(policy({ ...send, Resource: `${queue}-other` }))).to.equal(false);
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

  it("let a denial win, where it applies", () => {
    expect(may(policy(send, noTls), { "aws:SecureTransport": "true" })).to.equal(true);
    expect(may(policy(send, noTls), { "aws:SecureTransport": "false" })).to.equal(false);
  });

  it("refuse an operator that the local stack does not know, by name", () => {
    expect(() => may(policy({ ...send, Condition: { StringLike: { a: "b*" } } }))).to.throw(
      "policy uses StringLike, which the local stack does not know",
    );
  });
});
