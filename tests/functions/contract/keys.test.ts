import { expect } from "chai";
import * as fc from "fast-check";
import { parseIgnorePatterns, prefixOf } from "../../../functions/contract";

describe("prefixOf", () => {
  const cases: [string, number, string][] = [
    ["a/b/c/d.txt", 2, "a/b/"],
    ["a/b/c/d.txt", 1, "a/"],
    ["a/b/c/d.txt", 9, "a/b/c/"],
    ["a/b/c/d.txt", 0, ""],
    ["a/x.txt", 2, "a/"],
    ["x.txt", 2, ""],
    ["a//b/c", 2, "a//"],
    ["/a/b", 2, "/a/"],
    ["a/b/", 2, "a/b/"],
    ["a+b/c%20d/e", 2, "a+b/c%20d/"],
  ];
  for (const [key, depth, prefix] of cases) {
    it(`depth ${depth} of ${key} is ${JSON.stringify(prefix)}`, () => {
      expect(prefixOf(key, depth)).to.equal(prefix);
    });
  }

  it("is a directory of the key, and never deeper than asked for", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab/]{0,12}$/), fc.nat(5), (key, depth) => {
        const prefix = prefixOf(key, depth);
        expect(key.startsWith(prefix)).to.equal(true);
        expect(prefix === "" || prefix.endsWith("/")).to.equal(true);
        expect(prefix.split("/").length - 1).to.equal(Math.min(depth, key.split("/").length - 1));
      }),
    );
  });
});

describe("parseIgnorePatterns", () => {
  const ignored = (list: string, key: string) => parseIgnorePatterns(list).ignores(key);

  it("reads a pattern without * as a whole segment path", () => {
    for (const list of ["raw", "raw/", "raw/*", " raw/* , scratch/*"]) {
      expect(ignored(list, "raw/a"), list).to.equal(true);
      expect(ignored(list, "raw"), list).to.equal(false);
      expect(ignored(list, "rawer/a"), list).to.equal(false);
      expect(ignored(list, "x/raw/a"), list).to.equal(false);
    }
  });

  it("lets * match any run of characters, also /", () => {
    expect(ignored("*.tmp", "a/b/c.tmp")).to.equal(true);
    expect(ignored("*.tmp", ".tmp")).to.equal(true);
    expect(ignored("*.tmp", "c.tmp.gz")).to.equal(false);
    expect(ignored("a/*/scratch/*", "a/b/c/scratch/x")).to.equal(true);
    expect(ignored("a/*/scratch/*", "a/scratch/x")).to.equal(false);
    expect(ignored("raw*", "rawer/a")).to.equal(true);
    expect(ignored("a*a", "a")).to.equal(false);
    expect(ignored("*", "anything")).to.equal(true);
  });

  it("always ignores what Quilt writes", () => {
    expect(ignored("", ".quilt/named_packages/x")).to.equal(true);
    expect(ignored("", "a/.quilt/x")).to.equal(false);
  });

  it("takes special characters literally", () => {
    expect(ignored("a.c/*", "abc/x")).to.equal(false);
    expect(ignored("(a|b)/*", "a/x")).to.equal(false);
    expect(ignored("(a|b)/*", "(a|b)/x")).to.equal(true);
  });

  it("gives the rule the patterns with one * at the end", () => {
    const { rulePrefixes } = parseIgnorePatterns("raw, *.tmp, a/*/b/*, tmp*, raw/*,, ");
    expect(rulePrefixes).to.deep.equal([".quilt/", "raw/", "tmp"]);
  });

  it("takes lines, and a list in JSON, whose patterns can have commas", () => {
    for (const list of ['["raw/*", " scratch "]', "raw/*\nscratch", "raw/*,\r\nscratch\r\n"]) {
      expect(parseIgnorePatterns(list).rulePrefixes, list).to.deep.equal([
        ".quilt/",
        "raw/",
        "scratch/",
      ]);
    }
    expect(ignored('["a,b/*"]', "a,b/c")).to.equal(true);
    expect(ignored('["a,b/*"]', "b/c")).to.equal(false);
    for (const list of ["[]", "[", "[raw]", "[1]", '["a"', '{"a":1}']) {
      expect(ignored(list, "raw/a"), list).to.equal(false);
    }
    expect(ignored("[raw]", "[raw]/a")).to.equal(true);
  });

  it("takes a quote for a character of the key", () => {
    expect(ignored('"odd/*', '"odd/a')).to.equal(true);
    expect(ignored('"raw/*"', "raw/a")).to.equal(false);
    expect(ignored('"raw/*"', '"raw/a"')).to.equal(true);
  });

  it("keeps from the rule what would leave out more there than it says", () => {
    const patterns = parseIgnorePatterns('a"*, a"b*, "*, \ud83d*, \\*, 😀*, ü*');
    expect(patterns.rulePrefixes).to.deep.equal([".quilt/", 'a"b', "\\", "😀", "ü"]);
    expect(patterns.ignores('a"')).to.equal(true);
    expect(patterns.ignores("a")).to.equal(false);
  });

  it("goes through a key once, however many * a pattern has", () => {
    // As regular expressions, these would be tried for longer than the universe is old.
    const [key, stars] = ["a".repeat(1024), "*a".repeat(1000)];
    expect(ignored(`${stars}*`, key)).to.equal(true);
    expect(ignored(`${stars}*b`, key)).to.equal(false);
    expect(ignored(`${stars}*b*`, key)).to.equal(false);
    expect(ignored(`${"*".repeat(2000)}b*a`, key)).to.equal(false);
  });

  it("agrees with the pattern as a regular expression", () => {
    const pattern = fc.stringMatching(/^[ab/*]{1,8}$/).filter((text) => text.includes("*"));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab/]{0,10}$/), (text, key) => {
        const expected = new RegExp(`^${text.replaceAll("*", ".*")}$`, "s").test(key);
        expect(ignored(text, key)).to.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
