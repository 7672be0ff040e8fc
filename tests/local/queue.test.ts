import { createHash } from "node:crypto";
import { expect } from "chai";
import { bodiesOf, queueOf, queueSpec } from "../support/queues";
import { waitFor } from "../../support/wait-for";

describe("queue", () => {
  it("hands on messages as Lambda does", () => {
    const queue = queueOf();
    const before = Date.now();
    const id = queue.send("hello");

    const [record, ...others] = queue.receive(10);

    expect(others).to.deep.equal([]);
    const { receiptHandle, attributes, ...rest } = record!;
    expect(rest).to.deep.equal({
      messageId: id,
      body: "hello",
      messageAttributes: {},
      md5OfBody: createHash("md5").update("hello").digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: queueSpec.arn,
      awsRegion: "eu-west-1",
    });
    expect(receiptHandle).to.match(/^[0-9a-f-]{36}$/);
    const { SentTimestamp, ApproximateFirstReceiveTimestamp, ...known } = attributes;
    expect(known).to.deep.equal({
      ApproximateReceiveCount: "1",
      SenderId: "events.amazonaws.com",
    });
    expect(Number(SentTimestamp)).to.be.within(before, Date.now());
    expect(Number(ApproximateFirstReceiveTimestamp)).to.be.within(before, Date.now());
  });

  it("gives as many as asked for, and hides them until they are deleted", () => {
    const queue = queueOf();
    for (const body of ["a", "b", "c"]) queue.send(body);

    const taken = queue.receive(2);

    expect(bodiesOf(taken)).to.deep.equal(["a", "b"]);
    expect([queue.visible, queue.size]).to.deep.equal([1, 3]);
    expect(bodiesOf(queue.receive(10))).to.deep.equal(["c"]);
    expect(queue.receive(10)).to.deep.equal([]);
    queue.delete(taken.map(({ messageId }) => messageId));
    expect(queue.bodies()).to.deep.equal(["c"]);
  });

  it("gives a message again after the visibility timeout, with what it knew of it", async () => {
    const queue = queueOf({ visibilitySeconds: 0.05 });
    queue.send("again");
    const [first] = queue.receive(1);
    const hiddenSince = Date.now();
    expect(queue.visible).to.equal(0);

    const second = await waitFor("its return", () => queue.receive(1)[0]);

    expect(Date.now() - hiddenSince).to.be.at.least(49);
    expect(second.messageId).to.equal(first!.messageId);
    expect(second.receiptHandle).not.to.equal(first!.receiptHandle);
    expect(second.attributes).to.deep.equal({
      ...first!.attributes,
      ApproximateReceiveCount: "2",
    });
  });

  it("moves a message whose receive count is used up to the dead letters, with its age", () => {
    const deadLetters = queueOf();
    const redrive = { deadLetterTargetArn: "arn:dead", maxReceiveCount: 2 };
    const queue = queueOf({ visibilitySeconds: 0, redrive }, deadLetters);
    const sentAt = Date.now() - 1_000;
    queue.send("bad", sentAt);
    expect(bodiesOf(queue.receive(1))).to.deep.equal(["bad"]);
    expect(bodiesOf(queue.receive(1))).to.deep.equal(["bad"]);
    expect(deadLetters.size).to.equal(0);

    expect(queue.receive(1)).to.deep.equal([]);

    expect(queue.size).to.equal(0);
    const [dead] = deadLetters.receive(1);
    expect(dead!.body).to.equal("bad");
    expect(dead!.attributes["SentTimestamp"]).to.equal(String(sentAt));
    expect(dead!.attributes["ApproximateReceiveCount"]).to.equal("1");
  });

  it("forgets messages after its retention", () => {
    const queue = queueOf({ retentionSeconds: 60 });
    queue.send("old", Date.now() - 61_000);
    queue.send("young", Date.now() - 59_000);

    expect(bodiesOf(queue.receive(10))).to.deep.equal(["young"]);
    expect(queue.bodies()).to.deep.equal(["young"]);
  });

  it("calls back at every message until told otherwise", () => {
    const queue = queueOf();
    let calls = 0;
    const end = queue.onMessage(() => calls++);
    queue.send("a");
    queue.send("b");
    end();
    queue.send("c");

    expect(calls).to.equal(2);
  });
});
