import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { planDemo, writeDemo } from "../../start/demo";
import { objectCreated } from "../../local/object-created";

describe("demo", () => {
  it("is a run of 24 files in two prefixes, 20 and 4", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-demo-"));

    const demo = planDemo(folder, new Date("2026-11-23T10:15:30.123Z"));
    writeDemo(demo);

    const files = fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile());
    const inFolder = (prefix: string) =>
      files.filter(
        ({ parentPath }) => path.relative(folder, parentPath) === path.normalize(prefix),
      );
    expect(demo.prefixes).to.deep.equal([
      "run-20261123T101530/reads/",
      "run-20261123T101530/reports/",
    ]);
    expect(files.map(({ parentPath, name }) => path.join(parentPath, name))).to.have.members(
      demo.files.map(({ file }) => file),
    );
    expect(files).to.have.length(24);
    expect(inFolder("run-20261123T101530/reads")).to.have.length(20);
    expect(inFolder("run-20261123T101530/reports")).to.have.length(4);

    for (const { file } of demo.files) fs.rmSync(file);
    for (const one of demo.folders) fs.rmdirSync(one); // in an order in which each is empty
    expect(fs.readdirSync(folder)).to.deep.equal([]);
    fs.rmSync(folder, { recursive: true });
  });
});

describe("object created", () => {
  const event = () =>
    objectCreated(
      { bucket: "b", key: "a b+%20.txt", size: 5, etag: "e" },
      { account: "123456789012", region: "eu-west-1" },
    );

  it("is the event that S3 puts on the default bus", () => {
    const { id, time, detail, ...rest } = event();
    const { object, "request-id": requestId, ...others } = detail;

    expect(rest).to.deep.equal({
      version: "0",
      "detail-type": "Object Created",
      source: "aws.s3",
      account: "123456789012",
      region: "eu-west-1",
      resources: ["arn:aws:s3:::b"],
    });
    expect(others).to.deep.equal({
      version: "0",
      bucket: { name: "b" },
      requester: "123456789012",
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    });
    const { sequencer, ...known } = object;
    expect(known).to.deep.equal({ key: "a b+%20.txt", size: 5, etag: "e" });
    expect(sequencer).to.match(/^[0-9A-F]{18}$/);
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(requestId).to.match(/^[0-9A-F]{16}$/);
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("has sequencers that grow, each its own without its trailing zeros", () => {
    const sequencers = Array.from({ length: 1_000 }, () => event().detail.object.sequencer);

    expect(sequencers).to.deep.equal([...sequencers].sort());
    expect(new Set(sequencers.map((one) => one.replace(/0+$/, ""))).size).to.equal(1_000);
  });
});
