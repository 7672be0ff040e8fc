import { expect } from "chai";
import { packageNameOf } from "../../announcement";

describe("packageNameOf", () => {
  // What Quilt's `infer_pkg_name_from_prefix` gives, run in Python 3.11.
  for (const [prefix, name] of [
    ["", "package/null"],
    ["////", "package/null"],
    ["//f*0//", "package/f-0"],
    ["//f*0//b@r//", "f-0/b-r"],
    ["//f*0//b@r//b@z//", "f-0_b-r/b-z"],
    ["instrument-name/experiment-id/", "instrument-name/experiment-id"],
    ["inst/exp 1.2/", "inst/exp-1-2"],
    ["a/b/c/d/", "a_b_c/d"],
    ["a?/b/", "a-/b"],
    ["Mikroskop ä/Größe²/", "Mikroskop-ä/Größe²"],
    ["e\u0301/\u0e33\u0e34/", "e-/\u0e33-"],
    ["顕微鏡/😀x/", "顕微鏡/-x"],
    ["%20/a%2Fb/", "-20/a-2Fb"],
  ] as const) {
    it(`of ${JSON.stringify(prefix)} is ${name}`, () => {
      expect(packageNameOf(prefix)).to.equal(name);
    });
  }

  it("takes no longer for a key's worth of anything", () => {
    expect(packageNameOf(`${"?".repeat(511)}/`.repeat(2))).to.equal(
      `${"-".repeat(511)}/${"-".repeat(511)}`,
    );
  });
});
