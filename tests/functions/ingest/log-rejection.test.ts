import { expect } from "chai";
import { rejectionFields } from "../../../functions/ingest/log-rejection";

const rejection = { messageId: "m1", reason: "not-json", detail: "a body of 4 characters" };
const fieldsAt = (receiveCount: number) =>
  rejectionFields("lab", { ...rejection, receiveCount }, 1764000000000);

describe("rejectionFields", () => {
  it("carry the metric at first sight", () => {
    expect(fieldsAt(1)).to.deep.equal({
      ...rejection,
      receiveCount: 1,
      _aws: {
        Timestamp: 1764000000000,
        CloudWatchMetrics: [
          {
            Namespace: "EDPMonitor",
            Dimensions: [["bucket"]],
            Metrics: [{ Name: "MessagesRejected", Unit: "Count" }],
          },
        ],
      },
      bucket: "lab",
      MessagesRejected: 1,
    });
  });

  it("are there a dozen times in a thousand tries, the last among them, and count once", () => {
    const said = Array.from({ length: 1000 }, (_, i) => i + 1).filter((count) => fieldsAt(count));
    expect(said).to.deep.equal([1, 10, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    for (const count of said.slice(1)) {
      expect(fieldsAt(count)).to.deep.equal({ ...rejection, receiveCount: count });
    }
  });
});
