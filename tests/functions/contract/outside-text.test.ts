import { expect } from "chai";
import * as fc from "fast-check";
import { cutText, errorText, storableText, valueText } from "../../../functions/contract";

describe("texts of what comes from outside", () => {
  it("are cut between characters", () => {
    expect(cutText("abcdef", 3)).to.equal("abc");
    expect(cutText("ab😀ef", 3)).to.equal("ab");
    expect(cutText("ab😀ef", 4)).to.equal("ab😀");
    expect(cutText("ab😀", 4)).to.equal("ab😀");
  });

  it("are stored without NUL and lone surrogates", () => {
    expect(storableText("a\0b\ud800c\udc00😀")).to.equal("a\ufffdb\ufffdc\ufffd😀");
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "\0", "\ud83d", "\ude00", "😀")), (parts) => {
        const text = storableText(parts.join(""), 5);
        expect(text.length).to.be.at.most(5);
        expect(text.isWellFormed() && !text.includes("\0")).to.equal(true);
      }),
    );
  });

  it("of errors are their own, whatever was thrown", () => {
    const broken = Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("no message");
      },
    });
    const cases: [unknown, string][] = [
      [new TypeError("wrong"), "TypeError: wrong"],
      ["text", "text"],
      [undefined, "undefined"],
      [null, "null"],
      [Symbol("s"), "Symbol(s)"],
      [{ code: 5 }, '{"code":5}'],
      [Object.create(null), "{}"],
      [broken, "an error that cannot be read"],
      [new Error(`${"x".repeat(492)}😀`), `Error: ${"x".repeat(492)}`],
    ];
    for (const [thrown, text] of cases) {
      expect(errorText(thrown)).to.equal(text);
    }
  });

  it("of values are their JSON, as long as it is short", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        const text = valueText(value);
        expect(text).to.equal(json.slice(0, text.length));
        expect(text.length).to.be.within(Math.min(json.length, 99), 100);
      }),
    );
  });
});
