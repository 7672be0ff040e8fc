import { expect } from "chai";
import { limits, timing } from "../../../functions/contract";

describe("limits", () => {
  /** Each: what has to end first, and what after it. */
  const inOrder: [string, number, number][] = [
    ["a run that waits is heard of again, twice", 2 * limits.leasePoll, limits.leaseWish],
    ["one that fell silent is forgotten while the lease lasts", limits.leaseWish, limits.lease],
    ["a call that hangs leaves time to note the others", limits.putEvents, limits.lease],
    ["a lock's wait ends as what it is", limits.lock, limits.statement],
    ["the server speaks before the client gives up", limits.statement, limits.query],
    ["a transaction ends before its invocation", limits.transaction, timing.ingestTimeout],
    ["so does its last statement", limits.query, timing.ingestTimeout],
    ["a frozen client's transaction ends", limits.idleInTransaction, limits.transaction],
    ["a new session begins before the time is up", limits.connect, limits.ingestRetry],
    ["a retry is begun in time", limits.ingestRetry, timing.ingestTimeout],
    ["two periods leave no hole", 2 * timing.schedulePeriod, timing.emitterTimeout],
    [
      "a run that reserves its end has a schedule's time for work",
      limits.emitterReserve + timing.schedulePeriod,
      timing.emitterTimeout,
    ],
    [
      "a message comes back after six timeouts and the window",
      6 * timing.ingestTimeout + timing.batchingWindow,
      timing.visibilityTimeout,
    ],
    [
      "a beat is not missed before it was due",
      timing.schedulePeriod + timing.batchingWindow + timing.ingestTimeout,
      timing.beatMissingAfter,
    ],
  ];
  for (const [what, first, then] of inOrder) {
    it(what, () => expect(first).to.be.below(then));
  }

  it("a refused call and what is tried again after it fit into the lease", () => {
    expect(limits.putEventsAgain + limits.putEvents).to.be.at.most(limits.lease);
  });

  it("after trouble, a failed batch has come back and been tried before duration triggers fire", () => {
    expect(timing.holdAfterTrouble).to.be.at.least(timing.visibilityTimeout + timing.ingestTimeout);
  });
});
