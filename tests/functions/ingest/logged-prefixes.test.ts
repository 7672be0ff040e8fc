import { expect } from "chai";
import { loggedPrefixes } from "../../../functions/ingest/logged-prefixes";

/** What CloudWatch takes of a line that carries metrics. */
const maxBytes = 256 * 1024;
/** Prefixes of the longest keys. */
const prefixes = (character: string) =>
  Array.from({ length: 1000 }, (_, i) => character.repeat(1000) + `${i}/`);

describe("prefixes in ingest's log", () => {
  it("are named, fifty of them and twenty batches", () => {
    const names = Array.from({ length: 60 }, (_, i) => `a/${i}/`);
    const closed = names.map((prefix) => ({ batchId: `of ${prefix}`, prefix, eventCount: 20 }));
    expect(loggedPrefixes({ prefixes: names, closed })).to.deep.equal({
      prefixNames: names.slice(0, 50),
      closedBatches: closed.slice(0, 20),
    });
  });

  for (const [what, character] of [
    ["control characters", "\u0001"],
    ["quotes", '"'],
    ["characters of three bytes", "日"],
  ] as const) {
    it(`leave room for the metrics of a line when they are made of ${what}`, () => {
      const names = prefixes(character);
      const closed = names.map((prefix, i) => ({ batchId: "b".repeat(36), prefix, eventCount: i }));
      const line = JSON.stringify(loggedPrefixes({ prefixes: names, closed }));
      expect(Buffer.byteLength(line)).to.be.below(maxBytes - 8 * 1024);
    });
  }
});
