import { expect } from "chai";
import { median, quantile, ratios } from "../../bench/measure/statistics";
import { pageOf } from "../../bench/report/markdown";
import { format, summaryOf, type Figure, type Section } from "../../bench/report/report";
import { tableOf } from "../../bench/report/table";

const figure = (changes: Partial<Figure> = {}): Figure => ({
  id: "rate",
  label: "ingest, batches of 1,000 over many prefixes that were seen before",
  unit: "/s",
  runs: [40_000, 10_000, 30_000, 20_000, 50_000],
  ...changes,
});
const section = (...figures: Figure[]): Section => ({
  name: "ingest",
  title: "object events per second",
  how: "As it is done.",
  figures,
});
const machine = {
  date: "2026-11-24",
  cpu: "CPU",
  cores: 2,
  memoryGiB: 24,
  node: "v24",
  postgres: "17.10",
};

describe("bench, its statistics", () => {
  it("take quantiles between two values by distance", () => {
    expect(quantile([4, 1, 2, 3], 0.5)).to.equal(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.99)).to.be.closeTo(4.96, 1e-9);
    expect(quantile([7], 0.99)).to.equal(7);
    expect(median([3, 1, 2])).to.equal(2);
    expect(() => median([])).to.throw("no values");
  });

  it("take ratios round by round", () => {
    expect(ratios([10, 40], [5, 10])).to.deep.equal([2, 4]);
    expect(() => ratios([1], [1, 2])).to.throw("1 runs against 2");
  });
});

describe("bench, its report", () => {
  it("says median, quartiles, and whether what was to be reached is", () => {
    expect(summaryOf(figure())).to.deep.equal({
      median: 30_000,
      low: 20_000,
      high: 40_000,
      runs: 5,
      reached: undefined,
    });
    expect(summaryOf(figure({ target: { atLeast: 30_000 } })).reached).to.equal(true);
    expect(summaryOf(figure({ target: { atLeast: 30_001 } })).reached).to.equal(false);
    expect(summaryOf(figure({ target: { atMost: 29_999 } })).reached).to.equal(false);
  });

  it("prints three digits that count", () => {
    expect([0, 0.4567, 4.567, 45.67, 456.7, 45_678].map(format)).to.deep.equal([
      ...["0", "0.457", "4.57", "45.7", "457", "45,678"],
    ]);
  });

  it("fits into 80 columns", () => {
    const reached = figure({ target: { atLeast: 20_000 } });
    const lines = tableOf(section(figure({ runs: [1_234_567] }), reached)).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(80);
    expect(lines.filter((line) => line.includes("✓"))).to.have.length(1);
    expect(lines.filter((line) => line.includes("one run"))).to.have.length(1);
  });

  it("names on the page what was missed", () => {
    const missed = figure({ label: "too slow", target: { atLeast: 60_000 } });
    const page = pageOf({ machine, quick: false, sections: [section(missed, figure())] });
    expect(page).to.include(
      "| too slow | 30,000 /s | 20,000 – 40,000 | 5 | ≥ 60,000: **missed** |",
    );
    expect(page).to.include("Missed: too slow.");
    expect(pageOf({ machine, quick: false, sections: [section(figure())] })).to.include(
      "Every figure that was to be reached is.",
    );
  });
});
