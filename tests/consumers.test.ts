// The consumers of `package-objects-ready` that are public, each with what it relies on.
import { expect } from "chai";
import { compilePattern } from "../local/events/pattern";
import { delivered } from "./support/announcements";
import { renderInput } from "./support/render-input";

const matches = (pattern: object, event: object = delivered()) =>
  compilePattern(JSON.stringify(pattern))(event);
const ready = { source: ["com.quiltdata.edp"], "detail-type": ["package-objects-ready"] };

describe("consumers of the announcement", () => {
  it("a Lambda that names the package by the prefix, as Quilt's page has it", () => {
    const { bucket, prefix, packageName } = delivered().detail as Record<string, string>;
    expect(`s3://${bucket!}/${prefix!}`).to.equal(
      "s3://instrument-bucket/instrument-name/experiment-id/",
    );
    // Python's prefix.strip("/"), which quilt3 takes for a name at a depth of 2; packageName at any depth.
    expect(prefix!.replace(/^\/+|\/+$/g, "")).to.equal("instrument-name/experiment-id");
    expect(packageName).to.equal("instrument-name/experiment-id");
    for (const other of ["", "run-1/", "a/b/c/", "inst/exp 1.2/"]) {
      const { detail } = delivered({ prefix: other });
      expect(detail["packageName"], other).to.match(/^[\w-]+\/[\w-]+$/);
    }
  });

  it("a rule of CloudFormation for one bucket, on whichever bus", () => {
    const ofBucket = { ...ready, detail: { bucket: ["instrument-bucket"] } };
    expect(matches(ofBucket)).to.equal(true);
    expect(matches(ofBucket, delivered({ bucket: "another-bucket" }))).to.equal(false);
    expect(matches({ ...ready, resources: ["arn:aws:s3:::instrument-bucket"] })).to.equal(true);
    expect(matches({ "detail-type": ["package-objects-ready"] })).to.equal(true);
  });

  it("a Lambda that reads a spreadsheet of the folder", () => {
    const { bucket, prefix } = delivered().detail as Record<string, string>;
    expect([bucket, `${prefix!}metadata.xlsx`]).to.deep.equal([
      "instrument-bucket",
      "instrument-name/experiment-id/metadata.xlsx",
    ]);
  });

  it("the packaging engine, by the rule and the transformer of Quilt's documentation", () => {
    expect(matches(ready)).to.equal(true);
    const transformer = {
      inputPaths: { bucket: "$.detail.bucket", prefix: "$.detail.prefix" },
      inputTemplate: JSON.stringify({
        source_prefix: "s3://<bucket>/<prefix>",
        metadata_uri: "s3://<bucket>/<prefix>metadata.json",
      }),
    };
    expect(JSON.parse(renderInput(transformer, delivered()))).to.deep.equal({
      source_prefix: "s3://instrument-bucket/instrument-name/experiment-id/",
      metadata_uri: "s3://instrument-bucket/instrument-name/experiment-id/metadata.json",
    });
    // What it cannot carry: see QuiltEngine.
    const rendered = (prefix: string) => renderInput(transformer, delivered({ prefix }));
    expect(() => JSON.parse(rendered('a "b"/c/')) as unknown).to.throw();
    const request = JSON.parse(rendered("run?1/x/")) as { source_prefix: string };
    expect(new URL(request.source_prefix).pathname).to.equal("/run");
  });

  it("a trigger that takes bucket and prefix, as in Quilt's proposal for packages of folders", () => {
    const { bucket, prefix } = delivered({ prefix: "a/b/c/d/" }).detail;
    expect({ bucket, prefix }).to.deep.equal({ bucket: "instrument-bucket", prefix: "a/b/c/d/" });
  });

  it("no rule for Quilt's own events, which come once the package is there", () => {
    const revisions = { source: ["com.quiltdata"], "detail-type": ["package-revision"] };
    expect(matches(revisions)).to.equal(false);
    expect(matches({ ...ready, "detail-type": ["package-ready"] })).to.equal(false);
  });

  it("one that plans a package: how many files, how many bytes, under which name", () => {
    const { fileCount, totalBytes, packageName, trigger } = delivered().detail;
    expect({ fileCount, totalBytes, packageName, trigger }).to.deep.equal({
      fileCount: 24,
      totalBytes: 73_400_320,
      packageName: "instrument-name/experiment-id",
      trigger: "event-count",
    });
  });
});
