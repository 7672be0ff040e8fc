import { expect } from "chai";
import { ledgerKeys } from "../../../../functions/database/storing/ledger-key";

const bucket = "instrument-data";
const keyOf = (key: string, identity = "s\0\x0000aa") =>
  ledgerKeys()({ bucket, key, identity, size: 1, time: new Date(0) });
/** Where it lies in the index: what is equal lies together. */
const directoryOf = (key: string) => keyOf(key).file.slice(0, 8);
const placeOf = (key: string) => keyOf(key).file.slice(0, 12);

describe("ledger key", () => {
  it("is the same for ever: a change would count everything in the ledger again", () => {
    expect(keyOf("lab/run-1/reads-0117.fastq")).to.deep.equal({
      file: "962641d363c6f6ace2e3fc9c01079faf",
      event: "ae7bbd77907af51a",
      moment: "00aa000000000000",
    });
  });

  it("has the beginning of the sequencer, by which a file's overwrites lie in the order of time", () => {
    const momentOf = (identity: string) => keyOf("a/b/c", identity).moment;
    expect(momentOf("s\0v1\x000055aed6dcd90281e5")).to.equal("0055aed6dcd90281");
    expect(momentOf("s\0\x0055aed6")).to.equal("55aed60000000000");
    for (const other of ["i\x000055aed6dcd90281e5", "s\0\0not hexadecimal", "s\0\0"]) {
      expect(momentOf(other), other).to.equal("0000000000000000");
    }
  });

  it("depends on key and identity, each alone", () => {
    const [one, other] = [keyOf("a/b/c", "i\x001"), keyOf("a/b/c", "i\x002")];
    expect(one.file).to.equal(other.file);
    expect(one.event).to.not.equal(other.event);
    expect(keyOf("a/b/d", "i\x001").event).to.equal(one.event);
  });

  it("keeps a directory of two levels together, whatever is below", () => {
    for (const key of ["lab/run-1/x", "lab/run-1/deep/er/y.txt", "lab/run-1/0001"]) {
      expect(directoryOf(key), key).to.equal(directoryOf("lab/run-1/other"));
    }
    expect(directoryOf("lab/run-2/x")).to.not.equal(directoryOf("lab/run-1/x"));
  });

  it("keeps files together that are numbered one after the other, a hundred at a time", () => {
    for (const name of [(n: number) => `reads-${n}.fastq`, (n: number) => `S${n}_L001_R1_001.gz`]) {
      const places = Array.from({ length: 1_000 }, (_, i) =>
        placeOf(`lab/run-1/${name(1_000 + i)}`),
      );
      expect(new Set(places).size).to.equal(10);
      expect(new Set(places.slice(100, 200)).size).to.equal(1);
    }
  });

  it("looks only at the numbers of the name, not at those of its folders", () => {
    expect(placeOf("lab/run-1/plate-101/x")).to.not.equal(placeOf("lab/run-1/plate-102/x"));
    expect(placeOf("lab/run-1/plate-101/1")).to.not.equal(placeOf("lab/run-1/plate-102/1"));
  });

  it("tells files apart that lie together, and spreads names without numbers", () => {
    const numbered = Array.from({ length: 10_000 }, (_, i) => keyOf(`lab/run-1/${i}`).file);
    expect(new Set(numbered).size).to.equal(10_000);
    const named = Array.from("abcdefghijklmnopqrstuvwxyz", (letter) =>
      placeOf(`lab/run-1/${letter}`),
    );
    expect(new Set(named).size).to.equal(26);
  });

  it("gives the same key however many others it has made before", () => {
    const made = ledgerKeys();
    const keys = Array.from({ length: 15_000 }, (_, i) => `lab-${i % 7}/run-${i}/${i}.txt`);
    for (const key of [...keys, ...keys.slice(0, 100)]) {
      const event = { bucket, key, identity: key, size: 1, time: new Date(0) };
      expect(made(event)).to.deep.equal(keyOf(key, key));
    }
  });

  it("takes a key at the bucket's root, and one of nothing but slashes and digits", () => {
    for (const key of ["0001", "/", "//01", "9".repeat(1_024)]) {
      expect(keyOf(key).file, key).to.match(/^[0-9a-f]{32}$/);
      expect(keyOf(key).event, key).to.match(/^[0-9a-f]{16}$/);
    }
  });
});
