import { expect } from "chai";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import * as fs from "node:fs";
import type * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { PageServer } from "../../start/page";
import { askServer, beginRequest, filesBelow, type AskOptions } from "../support/ask-server";
import { PageReader } from "../support/page-reader";
import { startPageStack, type PageStack } from "../../support/page-stack";
import { waitFor } from "../../support/wait-for";

describe("uploads of the live page", function () {
  this.timeout(60_000); // a stack, or a process, starts
  let test: PageStack;
  before(async () => {
    test = await startPageStack({ bucketIgnorePrefixes: "scratch/*, *.tmp" });
  });
  after(() => test.stop());

  const ask = (method: string, target: string, options: AskOptions = {}) =>
    askServer(test.page.url, method, target, options);

  it("says who leaves an object event out, and counts those of the rule", async () => {
    const reader = new PageReader(test.page.url);
    await reader.state();
    for (const [key, by] of [
      ["lab/run-1/a.txt", null],
      ["scratch/run-1/a.txt", "rule"],
      [".quilt/packages/a", "rule"],
      ["lab/run-1/a.tmp", "ingest"],
    ] as const) {
      const { status, text } = await ask("PUT", `/objects/${key}`, { body: "x" });
      expect([status, JSON.parse(text)], key).to.deep.equal([201, { ignoredBy: by }]);
    }
    // An event of another bucket, or of another kind, is nobody's object event here.
    test.stack.putObject({ bucket: "another", key: "scratch/a", size: 1, etag: "" });
    test.stack.put({ source: "aws.s3", "detail-type": "Object Deleted", detail: {} });
    const { counts } = await reader.tick(
      "all four",
      ({ counts: { objectEvents, ignoredByRule, stored, ignored } }) =>
        objectEvents + ignoredByRule === 4 && stored + ignored === 2,
    );
    expect(counts).to.include({ objectEvents: 2, ignoredByRule: 2, stored: 1, ignored: 1 });
    reader.close();
  });

  it("ends what has stopped being sent, in words, and leaves nothing of it", async () => {
    const { stack, feed, folder } = test;
    const other = await PageServer.start({
      stack,
      feed,
      folder,
      project: "edp-monitor",
      bucket: "edp-monitor-dev",
      speed: 1,
      port: 0,
      idleMs: 100,
    });
    const before = filesBelow(folder);
    for (const target of ["/objects/slow/run-1/half.bin", "/thresholds"]) {
      const { request, answer } = beginRequest(other.url, "PUT", target);
      request.write("half of it");
      const { status, text, headers } = await answer;
      expect([status, headers.connection], target).to.deep.equal([408, "close"]);
      expect(text).to.equal("nothing was sent for 0.1 s, so this was ended: send it again\n");
      request.destroy();
    }
    await waitFor("its half to be gone", () => filesBelow(folder).length === before.length);

    // Refused before all of it has come: the connection ends, and the server lives on.
    const { request, answer } = beginRequest(other.url, "PUT", "/objects/a//b");
    const closed = new Promise((resolve) => request.once("close", resolve));
    request.write("half of it");
    expect((await answer).status).to.equal(400);
    await closed;
    expect((await askServer(other.url, "GET", "/")).status).to.equal(200);
    await other.stop();
  });

  it("ends no upload for how long it takes as a whole", async () => {
    let server: http.Server | undefined;
    const note = (message: unknown) => ({ server } = message as { server: http.Server });
    subscribe("http.server.request.start", note);
    const { request, answer } = beginRequest(test.page.url, "PUT", "/objects/slow/run-1/whole.bin");
    request.write("a part, ");
    await waitFor("the first part to be written", () =>
      filesBelow(test.folder).some((file) => file.includes("whole.bin")),
    );
    unsubscribe("http.server.request.start", note);
    expect(server!.requestTimeout).to.equal(0);
    expect(server!.headersTimeout).to.be.within(1, 60_000);
    request.end("and the rest");
    expect((await answer).status).to.equal(201);
    const file = path.join(test.folder, "slow/run-1/whole.bin");
    expect(fs.readFileSync(file, "utf8")).to.equal("a part, and the rest");
  });

  it("keeps an upload inside the folder, and refuses a key that is no path", async () => {
    const before = filesBelow(test.folder);
    for (const key of [
      "..%2Fa",
      "%2e%2e/a",
      "a//b",
      "",
      "a/",
      "./a",
      "%00",
      "%ZZ",
      "x".repeat(241),
      `${"long/".repeat(205)}x`,
      "a/.DS_Store",
      "a/.b.A12345",
    ]) {
      const answer = await ask("PUT", `/objects/${key}`, { body: "x" });
      expect(answer.status, key).to.equal(400);
      expect(answer.text, key).to.match(/^the key /);
    }
    expect(fs.existsSync(path.join(test.folder, "../a"))).to.equal(false);

    const outside = fs.mkdtempSync(path.join(os.tmpdir(), "edp-outside-"));
    fs.symlinkSync(outside, path.join(test.folder, "link"));
    fs.mkdirSync(path.join(test.folder, "a-folder"));
    fs.writeFileSync(path.join(test.folder, "a-folder/a-file"), "x");
    before.push("a-folder/a-file");
    for (const [key, text] of [
      ["link/deep/x", "is a link that leads out of the bucket's folder"],
      ["a-folder", "cannot be a file here: there is a folder of that name"],
      ["a-folder/a-file/x", "cannot be a file here: a part of its path is a file"],
    ] as const) {
      const answer = await ask("PUT", `/objects/${key}`, { body: "x" });
      expect([answer.status, answer.text], key).to.satisfy(
        ([status, said]: [number, string]) => status === 400 && said.endsWith(`${text}\n`),
      );
    }
    expect(fs.readdirSync(outside)).to.deep.equal([]);
    fs.unlinkSync(path.join(test.folder, "link"));
    fs.rmdirSync(outside);
    expect(filesBelow(test.folder)).to.have.members(before);
  });
});
