import { expect } from "chai";
import { receiptFields } from "../../../functions/ingest/log-receipt";

describe("receiptFields", () => {
  it("say what was done, with the metrics of it; rejected messages are counted elsewhere", () => {
    const closed = [{ batchId: "b1", prefix: "a/", eventCount: 20 }];
    const rejected = [{ messageId: "m1", receiveCount: 1, reason: "not-json", detail: "x" }];
    const fields = receiptFields(
      "lab",
      {
        messages: 7,
        stored: 3,
        duplicates: 2,
        opened: 1,
        closed,
        ignored: 1,
        beats: 0,
        rejected,
        prefixes: ["a/", "b/"],
      },
      12,
      1764000000000,
    );
    const { _aws, ...rest } = fields;
    expect(_aws).to.have.property("Timestamp", 1764000000000);
    expect(rest).to.deep.equal({
      bucket: "lab",
      ObjectEventsStored: 3,
      DuplicatesDropped: 2,
      ObjectEventsIgnored: 1,
      MessagesRejected: 0,
      BatchesClosedByEventCount: 1,
      messages: 7,
      stored: 3,
      duplicates: 2,
      opened: 1,
      closed: 1,
      ignored: 1,
      beats: 0,
      rejected: 1,
      ms: 12,
      prefixes: 2,
      prefixNames: ["a/", "b/"],
      closedBatches: closed,
    });
  });
});
