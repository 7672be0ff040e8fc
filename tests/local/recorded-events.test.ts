import { Readable } from "node:stream";
import { expect } from "chai";
import { openRecorded, replay, type BadLine, type RecordedEvent } from "../../local/recorded-events";
import { rejection } from "../support/rejection";

describe("recorded events", () => {
  it("hands on the events in order, and names the lines that are none", async () => {
    const events: RecordedEvent[] = [];
    const bad: BadLine[] = [];
    const event = (id: number) => ({ id, source: "aws.s3", "detail-type": "Object Created" });
    const lines = [
      JSON.stringify(event(1)),
      "",
      "{not json",
      "[1]",
      '{"source":"aws.s3"}',
      `${JSON.stringify(event(2))}\r`,
    ];

    const result = await replay(
      Readable.from([lines.join("\n")]),
      (one) => events.push(one),
      (one) => bad.push(one),
    );

    expect(events).to.deep.equal([event(1), event(2)]);
    expect(bad).to.deep.equal([
      { line: 3, reason: "is not JSON: {not json" },
      { line: 4, reason: "is no JSON object, allowed is one event a line" },
      {
        line: 5,
        reason: 'has no "detail-type", allowed is an event as EventBridge delivers it',
      },
    ]);
    expect(result).to.deep.equal({ events: 2, badLines: 3 });
  });

  it("rejects when there is no such file", async () => {
    const nothing = () => undefined;
    expect(await rejection(replay(openRecorded("/no/such/file"), nothing, nothing))).to.equal(
      "ENOENT: no such file or directory, open '/no/such/file'",
    );
  });
});
