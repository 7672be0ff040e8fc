import { expect } from "chai";
import * as fc from "fast-check";
import { Lines } from "../../local/lines";

function linesOf(pieces: readonly string[]): string[] {
  const found: string[] = [];
  const lines = new Lines((line) => found.push(line));
  pieces.forEach((piece) => lines.add(piece));
  lines.end();
  return found;
}

describe("lines", () => {
  it("end at a line feed, wherever the pieces end", () => {
    expect(linesOf(["a\nb", "c\n", "\n", "d", "", "e"])).to.deep.equal(["a", "bc", "", "de"]);
    expect(linesOf(["a\n"])).to.deep.equal(["a"]);
    expect(linesOf([])).to.deep.equal([]);
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a\n]{0,4}$/)), (pieces) => {
        const expected = pieces.join("").split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(linesOf(pieces)).to.deep.equal(expected);
      }),
    );
  });

  it("do not end at what JSON has inside of its strings", () => {
    const line = JSON.stringify({ key: "a\u2028b\u2029c\u0085d" });
    expect(linesOf([line, "\n", line])).to.deep.equal([line, line]);
  });

  it("are put together once, however long they are", () => {
    const piece = "x".repeat(100);
    const pieces = Array.from({ length: 300_000 }, () => piece);
    // Looking through the whole line at every piece of it would take hours.
    expect(linesOf(pieces).map(({ length }) => length)).to.deep.equal([30_000_000]);
  });
});
