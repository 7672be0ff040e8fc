import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { demoOf, play } from "../../local/demo";
import { objectCreated } from "../../local/object-created";

describe("demo", () => {
  it("is a run of 24 files in two prefixes, 20 and 4", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-demo-"));
    const demo = demoOf(new Date("2026-11-23T10:15:30.123Z"));

    await play(demo, folder, new AbortController().signal);

    const run = path.join(folder, "run-20261123-101530");
    expect(demo.prefix).to.equal("run-20261123-101530/");
    expect(fs.readdirSync(run).sort()).to.deep.equal(["reads", "reports"]);
    expect(fs.readdirSync(path.join(run, "reads"))).to.have.length(20);
    expect(fs.readdirSync(path.join(run, "reports")).sort()).to.deep.equal([
      "quality.csv",
      "run.json",
      "samples.csv",
      "summary.html",
    ]);
    fs.rmSync(folder, { recursive: true });
  });

  it("stops when it is told to", async () => {
    await play(demoOf(new Date()), "/no/such/folder", AbortSignal.abort());
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
