import { expect } from "chai";
import { Arrivals } from "../../start/page/arrivals";

describe("arrivals of an open batch", () => {
  it("are counted in stretches of a second", () => {
    const arrivals = new Arrivals(1_000_000);
    arrivals.add(1_000_000, 3);
    arrivals.add(1_000_999, 1);
    arrivals.add(1_004_000, 2);

    expect(arrivals.stretchMs).to.equal(1_000);
    expect(arrivals.counts).to.deep.equal([4, 0, 0, 0, 2]);
  });

  it("take no more room for a batch of a day, and none is lost", () => {
    const arrivals = new Arrivals(0);
    const hours = 24;
    for (let hour = 0; hour <= hours; hour++) arrivals.add(hour * 3_600_000, 1);

    expect(arrivals.counts.length).to.be.within(17, 32);
    expect(arrivals.counts.length * arrivals.stretchMs).to.be.above(hours * 3_600_000);
    expect(arrivals.counts.reduce((sum, each) => sum + each, 0)).to.equal(hours + 1);
  });

  it("take one from before the first as the first: clocks are set", () => {
    const arrivals = new Arrivals(10_000);
    arrivals.add(9_000, 1);
    expect(arrivals.counts).to.deep.equal([1]);
  });
});
