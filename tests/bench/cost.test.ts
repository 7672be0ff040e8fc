import { expect } from "chai";
import {
  alarms,
  batchSizes,
  capacityOf,
  perMillion,
  perMonth,
  total,
  type Measured,
} from "../../bench/cost/model";
import { costPage } from "../../bench/cost/page";
import { databaseClasses, prices, pricesOf } from "../../bench/cost/prices";
import { listOf, plainGraph } from "../../support/graph";

const measured: Measured = {
  eventsPerSecond: { 1: 500, 10: 5_000, 100: 20_000, 1000: 40_000 },
  bytesPerEvent: 120,
  bytesPerOverwrite: 210,
  bytesPerPrefix: 400,
};

describe("cost model", () => {
  it("adds up a million object events in batches of 1,000", () => {
    // 1,000 invocations of 25 + 2 ms with 0.5 GB; 1,000,000 sends, 200,000 receives and deletes
    expect(perMillion(1000, measured)).to.deep.equal({
      "S3's events on EventBridge": 1,
      "SQS requests": 1.2 * 0.4,
      "Lambda requests": 0.001 * 0.2,
      "Lambda duration": 1000 * 0.027 * 0.5 * 0.0000133334,
      "Lambda logs": ((1000 * 1700) / 1e9) * 0.5,
      announcements: 0.05,
    });
  });

  it("needs no queue for one Lambda per event, and bills every invocation", () => {
    const bill = perMillion(1, measured);
    expect(bill["SQS requests"]).to.equal(0);
    expect(bill["Lambda requests"]).to.equal(0.2);
    expect(bill["Lambda duration"]).to.be.closeTo(1e6 * 0.004 * 0.5 * 0.0000133334, 1e-9);
  });

  it("gets cheaper with every larger batch of the queue", () => {
    const [, ...batched] = batchSizes.map((size) => total(perMillion(size, measured)));
    expect(batched).to.deep.equal(batched.toSorted((a, b) => b - a));
  });

  it("adds up a month in which nothing comes", () => {
    expect(total(perMonth())).to.be.closeTo(
      0.032 * 730 +
        20 * 0.115 +
        0.01 * 2 * 730 +
        16 * 0.3 +
        25 * 0.1 +
        3 +
        730 * 3600 * 0.25 * 0.0000133334,
      1e-9,
    );
  });

  it("counts the alarms that there are", async () => {
    const made = listOf(await plainGraph()).filter((one) => one.startsWith("MetricAlarm "));
    expect(made).to.have.lengthOf(alarms);
  });

  it("scales the bench's rate by virtual CPUs and their baseline", () => {
    const small = capacityOf(databaseClasses[0]!, 1000, measured);
    expect(small.eventsPerSecond).to.be.closeTo(20_000 * 2 * 0.2 * 0.5, 1e-6);
    expect(small.ledgerGb).to.be.closeTo((4_000 * 86_400 * 30 * 120) / 1e9, 1e-6);
  });

  it("has a page with every price, its source and its date", () => {
    const page = costPage(measured);
    expect(page).to.include(pricesOf);
    for (const { what, source } of Object.values(prices)) {
      expect(page).to.include(what);
      expect(page).to.include(source);
    }
    for (const { name } of databaseClasses) expect(page).to.include(name);
  });
});
