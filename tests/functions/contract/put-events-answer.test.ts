import { expect } from "chai";
import { refusalOf } from "../../../functions/contract";

describe("refusalOf", () => {
  it("is nothing for an entry that got an id", () => {
    expect(refusalOf({ EventId: "1" })).to.equal(undefined);
    // What JSON says of a field that is not there.
    expect(refusalOf({ EventId: "1", ErrorCode: null, ErrorMessage: null })).to.equal(undefined);
  });

  const without = "neither EventId nor ErrorCode in the answer ";
  const refusals: [unknown, string][] = [
    [undefined, "no answer for this entry"],
    [null, `${without}null`],
    [{}, `${without}{}`],
    [[], `${without}[]`],
    ["EventId", `${without}"EventId"`],
    [7, `${without}7`],
    [{ EventId: "" }, `${without}{"EventId":""}`],
    [{ EventId: 5 }, `${without}{"EventId":5}`],
    [{ EventId: null, ErrorCode: null }, `${without}{"EventId":null,"ErrorCode":null}`],
    [{ ErrorCode: "Throttled", ErrorMessage: "slow down" }, "Throttled: slow down"],
    [{ ErrorCode: "Throttled" }, "Throttled: "],
    [{ EventId: "1", ErrorCode: "Throttled" }, "Throttled: "],
    [{ EventId: "1", ErrorCode: 500, ErrorMessage: { a: [1] } }, '500: {"a":[1]}'],
    [{ EventId: "1", ErrorCode: {} }, "{}: "],
    [{ EventId: "1", ErrorCode: false }, "false: "],
    [{ ErrorCode: "a\0b", ErrorMessage: "\ud800" }, "a\ufffdb: \ufffd"],
    [{ ErrorCode: "Long", ErrorMessage: "x".repeat(900) }, `Long: ${"x".repeat(494)}`],
  ];
  for (const [answer, refusal] of refusals) {
    it(`is ${refusal.slice(0, 70)}`, () => {
      expect(refusalOf(answer)).to.equal(refusal);
    });
  }
});
