import { expect } from "chai";
import type { Announced } from "../../support/local-stack";
import { violations, type CountedBatch, type Seen } from "./exactness";

const prefix = "a/b/";
const openBatch = (sequence: number): CountedBatch => ({
  prefix,
  sequence,
  eventCount: 3,
  fileCount: 2,
  totalBytes: 30,
});
const batch = (sequence: number) => ({
  ...openBatch(sequence),
  batchId: `batch-${sequence}`,
});
const announcement = (sequence: number, fields: Partial<Announced["detail"]> = {}): Announced => ({
  source: "com.quiltdata.edp",
  "detail-type": "package-objects-ready",
  time: "2026-11-23T10:15:30Z",
  resources: [],
  detail: { ...batch(sequence), trigger: "event-count", held: false, ...fields },
});

/** Two closed batches and an open one, as they should be; the first was announced twice. */
const open = openBatch(3);
const good: Seen = {
  announced: [announcement(1), announcement(2), announcement(1)],
  batches: [batch(1), batch(2), open],
  ledger: [1, 2, 3].map((sequence) => ({ prefix, sequence, events: 3, files: 2 })),
  files: new Map([[prefix, 6]]),
};
const uploaded = { events: 9, files: 6, bytes: 90 };
const check = (fields: Partial<Seen>, truth = uploaded, of = prefix) =>
  violations({ ...good, ...fields }, new Map([[of, truth]]));

describe("the check of exactness", () => {
  it("has nothing against batches that add up, and a second copy", () => {
    expect(check({})).to.deep.equal([]);
  });

  const wrong: [what: string, found: string[], said: string][] = [
    [
      "a lost object event",
      check({}, { ...uploaded, events: 10 }),
      "a/b/ has 9 events, uploaded were 10",
    ],
    [
      "an object event counted twice",
      check({}, { ...uploaded, events: 8 }),
      "a/b/ has 9 events, uploaded were 8",
    ],
    ["a lost file", check({}, { ...uploaded, files: 7 }), "a/b/ has 6 files, uploaded were 7"],
    ["wrong bytes", check({}, { ...uploaded, bytes: 91 }), "a/b/ has 90 bytes, uploaded were 91"],
    [
      "a prefix that nobody uploaded to",
      check({}, uploaded, "c/"),
      "a/b/ has 9 events, uploaded were 0",
    ],
    ["a prefix without batches", check({}, uploaded, "c/"), "c/ has 0 events, uploaded were 9"],
    [
      "a gap in the sequences",
      check({ batches: [batch(1), { ...batch(2), sequence: 4 }, open] }),
      "a/b/ has the sequences 1, 3, 4",
    ],
    [
      "a sequence used twice",
      check({ batches: [batch(1), batch(2), { ...open, sequence: 2 }] }),
      "a/b/ has the sequences 1, 2, 2",
    ],
    [
      "a batch that the ledger does not bear out",
      check({ ledger: good.ledger.map((share) => ({ ...share, files: 3 })) }),
      "batch a/b/ 1 counts 3 events of 2 files, the ledger 3 of 3",
    ],
    [
      "an empty batch",
      check({ batches: [...good.batches, { ...batch(4), eventCount: 0 }] }),
      "batch a/b/ 4 is empty",
    ],
    [
      "a batch that was not announced",
      check({ announced: [announcement(1)] }),
      "batch a/b/ 2 was not announced",
    ],
    [
      "copies that differ",
      check({ announced: [...good.announced, announcement(2, { trigger: "duration" })] }),
      "batch a/b/ 2 was announced in two ways",
    ],
    [
      "an announcement that is not as the batch",
      check({ announced: [announcement(1), announcement(2, { fileCount: 1 })] }),
      `batch a/b/ 2 was announced as ${JSON.stringify(announcement(2, { fileCount: 1 }).detail)}`,
    ],
    [
      "an announcement of no batch",
      check({ announced: [...good.announced, announcement(9)] }),
      "batch-9 was announced, and is no batch",
    ],
  ];
  for (const [what, found, said] of wrong) {
    it(`finds ${what}`, () => {
      expect(found).to.include(said);
    });
  }
});
