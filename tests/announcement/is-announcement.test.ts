import { Ajv } from "ajv";
import { expect } from "chai";
import * as fc from "fast-check";
import { isAnnouncement, isAnnouncementDetail } from "../../announcement";
import { fields } from "../../announcement/fields";
import { delivered } from "../support/announcements";
import { example, schema } from "../../scripts/announcement-documents";

const isValid = new Ajv({ strict: true, allErrors: true }).compile(schema());
const minimal = {
  source: "com.quiltdata.edp",
  "detail-type": "package-objects-ready",
  detail: { version: "0.1", bucket: "b", prefix: "a/b/" },
};
const withDetail = (change: object) => ({
  ...minimal,
  detail: { ...minimal.detail, ...change },
});

describe("isAnnouncement", () => {
  it("takes what EDP Monitor sends, and what Quilt's own service sends", () => {
    const sent = delivered({
      prefix: "",
      sequence: 1,
      trigger: "max-age",
      held: true,
      totalBytes: 0,
    });
    for (const event of [sent, minimal, example()]) {
      expect(isAnnouncement(event)).to.equal(true);
      expect(isValid(event), JSON.stringify(isValid.errors)).to.equal(true);
    }
    expect(Object.keys(sent.detail)).to.have.members(Object.keys(fields));
  });

  it("takes fields and triggers that nobody knows yet", () => {
    const event = withDetail({ trigger: "complete", tokens: { site: "a" }, packageUri: null });
    expect(isAnnouncement({ ...event, "trace-header": 1 })).to.equal(true);
    expect(isValid({ ...event, "trace-header": 1 })).to.equal(true);
  });

  for (const [what, event] of [
    ["nothing", undefined],
    ["null", null],
    ["a text", "package-objects-ready"],
    ["a list", [minimal]],
    ["another source", { ...minimal, source: "aws.s3" }],
    ["another type", { ...minimal, "detail-type": "package-objects-settled" }],
    ["no detail", { ...minimal, detail: undefined }],
    ["a detail that is JSON in a text", { ...minimal, detail: JSON.stringify(minimal.detail) }],
    ["another version", withDetail({ version: "1.0" })],
    ["no bucket", withDetail({ bucket: "" })],
    ["a prefix without its slash", withDetail({ prefix: "a/b" })],
    ["a number that is a text", withDetail({ fileCount: "24" })],
    ["a number that is none", withDetail({ fileCount: 1.5 })],
    ["no files", withDetail({ fileCount: 0 })],
    ["a null", withDetail({ batchId: null })],
    ["a time with an offset", withDetail({ firstEventTime: "2026-11-23T10:11:02+01:00" })],
    ["resources that are no texts", { ...minimal, resources: [1] }],
  ] as const) {
    it(`does not take ${what}`, () => {
      expect(isAnnouncement(event)).to.equal(false);
      if (event !== undefined) expect(isValid(event)).to.equal(false);
    });
  }

  it("says the same as the schema of whatever is JSON", () => {
    const names = Object.keys(fields);
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(...Object.values(fields).map((field) => field.example as unknown)),
      fc.constantFrom<unknown>("a/", "a", "a\n", "", 0, 1, -1, 1e21, "__proto__", true),
    );
    const change = fc.dictionary(fc.constantFrom(...names, "constructor", "other"), value);
    fc.assert(
      fc.property(change, fc.constantFrom(minimal, example()), (changes, base) => {
        const event: unknown = JSON.parse(
          JSON.stringify({ ...base, detail: { ...base.detail, ...changes } }),
        );
        expect(isAnnouncement(event)).to.equal(isValid(event));
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes the detail by itself", () => {
    expect(isAnnouncementDetail(minimal.detail)).to.equal(true);
    expect(isAnnouncementDetail(minimal)).to.equal(false);
  });
});
