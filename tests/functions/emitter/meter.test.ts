import { expect } from "chai";
import { Meter } from "../../../functions/emitter/meter";
import type { Batch } from "../../../functions/contract";
import type { ClosedBatch } from "../../../functions/database";

const state = { behind: false, hold: false, heldSeconds: 0, heartbeatAgeSeconds: 12 };
const gauges = {
  openPrefixes: 2,
  unpublishedBatches: 1,
  oldestUnpublishedSeconds: 7,
  ledgerRows: 9,
};

describe("Meter", () => {
  it("adds up a run", () => {
    const meter = new Meter();
    expect(meter.hasLooked).to.equal(false);
    meter.looked({ ...state, heartbeatAgeSeconds: 60 });
    meter.looked(state);
    for (const trigger of ["duration", "duration", "max-age", "event-count"]) {
      meter.closed({ trigger } as ClosedBatch);
    }
    for (const held of [true, false]) meter.published({ held } as Batch);
    meter.failed();
    meter.announced([0.5]);
    meter.announced([1, 2]);

    expect(meter.hasLooked).to.equal(true);
    expect(meter.values(gauges)).to.deep.equal({
      BatchesClosedByEventCount: 1,
      BatchesClosedByDuration: 2,
      BatchesClosedByMaxAge: 1,
      BatchesPublished: 2,
      BatchesHeld: 1,
      FailedEntries: 1,
      AnnouncementLateness: [0.5, 1, 2],
      HeartbeatAge: 12,
      OpenPrefixes: 2,
      UnpublishedBatches: 1,
      OldestUnpublishedAge: 7,
      LedgerRows: 9,
    });
  });

  it("gives away what fills a line, so that a long run keeps little", () => {
    const meter = new Meter();
    meter.looked(state);
    const numbers = Array.from({ length: 250 }, (_, i) => i);
    meter.announced(numbers.slice(0, 99));
    expect([...meter.fullLines()]).to.deep.equal([]);
    meter.announced(numbers.slice(99));

    expect([...meter.fullLines()]).to.deep.equal([numbers.slice(0, 100), numbers.slice(100, 200)]);
    expect(meter.values(undefined).AnnouncementLateness).to.deep.equal(numbers.slice(200));
  });

  it("leaves out the heartbeat of a look that is long past", () => {
    let now = 0;
    const meter = new Meter(() => now);
    meter.looked(state);
    now = 59_999;
    expect(meter.values(undefined)).to.include({ HeartbeatAge: 12 });
    now = 60_000;
    expect(meter.values(undefined)).not.to.have.property("HeartbeatAge");
  });

  it("says nothing of what it does not know", () => {
    const meter = new Meter();
    meter.looked({ ...state, heartbeatAgeSeconds: null });
    expect(meter.values(undefined)).to.deep.equal({
      BatchesClosedByEventCount: 0,
      BatchesClosedByDuration: 0,
      BatchesClosedByMaxAge: 0,
      BatchesPublished: 0,
      BatchesHeld: 0,
      FailedEntries: 0,
      AnnouncementLateness: [],
    });
  });
});
