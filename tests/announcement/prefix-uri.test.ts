import { expect } from "chai";
import * as fc from "fast-check";
import { prefixUriOf } from "../../announcement";

describe("prefixUriOf", () => {
  // What Python's `urllib.parse.quote` gives, and what `PhysicalKey.from_url` of quilt3 8.0.0 takes for the prefix.
  for (const [prefix, path] of [
    ["", ""],
    ["instrument-name/experiment-id/", "instrument-name/experiment-id/"],
    ["a b/c%20d/", "a%20b/c%2520d/"],
    ["in?x/e#p/", "in%3Fx/e%23p/"],
    ["é/+/", "%C3%A9/%2B/"],
    ["a//b/", "a//b/"],
    ["q\"u\\o/te's(!)*/", "q%22u%5Co/te%27s%28%21%29%2A/"],
    ["new\nline/t\tab/", "new%0Aline/t%09ab/"],
    ["顕微鏡/😀/", "%E9%A1%95%E5%BE%AE%E9%8F%A1/%F0%9F%98%80/"],
    ["~-._/", "~-._/"],
  ] as const) {
    it(`of ${JSON.stringify(prefix)}`, () => {
      expect(prefixUriOf("my-bucket", prefix)).to.equal(`s3://my-bucket/${path}`);
    });
  }

  it("is plain text that says the prefix, whatever that is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (prefix) => {
        const uri = prefixUriOf("b", `${prefix}/`);
        expect(uri).to.match(/^s3:\/\/b\/[A-Za-z0-9/%_.~-]*\/$/);
        expect(decodeURIComponent(uri.slice("s3://b/".length))).to.equal(`${prefix}/`);
      }),
    );
    expect(prefixUriOf("b", "\ud800/")).to.equal("s3://b/%EF%BF%BD/");
  });
});
