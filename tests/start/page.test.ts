import { expect } from "chai";
import * as fs from "node:fs";
import type * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { thresholdChange } from "../../start/page/thresholds";
import { PageFeed, PageServer } from "../../start/page";
import { rejection } from "../../support/rejection";
import { askServer, filesBelow, type AskOptions } from "../support/ask-server";
import { PageReader } from "../support/page-reader";
import { startPageStack, type PageStack } from "../../support/page-stack";
import { waitFor } from "../../support/wait-for";

describe("live page", function () {
  this.timeout(60_000); // a stack, or a process, starts
  let test: PageStack;
  before(async () => {
    test = await startPageStack({ bucketThresholdEventCount: "5", bucketThresholdDuration: "60" });
  });
  after(() => test.stop());

  const ask = (method: string, target: string, options: AskOptions = {}) =>
    askServer(test.page.url, method, target, options);

  it("serves its files, and nothing else", async () => {
    for (const [file, type] of [
      ["/", "text/html; charset=utf-8"],
      ["/page.js", "text/javascript; charset=utf-8"],
      ["/base.css", "text/css; charset=utf-8"],
      ["/docs/laptop.md", "text/plain; charset=utf-8"],
      ["/README.md", "text/plain; charset=utf-8"],
      ["/uplot.js", "text/javascript; charset=utf-8"],
    ] as const) {
      const { status, headers } = await ask("GET", file);
      expect([status, headers["content-type"]], file).to.deep.equal([200, type]);
      expect(headers["content-security-policy"]).to.match(/^default-src 'none'; script-src 'self'/);
    }
    for (const file of [
      ...["/server.ts", "/../server.ts", "/%2e%2e/server.ts", "/tsconfig.json"],
      ...["/docs/", "/docs/none.md", "/docs/../package.json", "/docs/images/dashboard.svg"],
    ]) {
      expect((await ask("GET", file)).status, file).to.equal(404);
    }
    expect((await ask("POST", "/thresholds")).text).to.equal("there is no POST /thresholds here\n");
  });

  it("is for this machine only: refuses other hosts and origins", async () => {
    const { host, port } = new URL(test.page.url);
    expect(test.page.url).to.equal(`http://127.0.0.1:${port}`);
    const refused: http.OutgoingHttpHeaders[] = [
      { host: "evil.example" },
      { host: `evil.example:${port}` },
      { host: "127.0.0.1" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    ];
    for (const headers of refused) {
      for (const [method, target] of [
        ["GET", "/"],
        ["GET", "/feed"],
        ["PUT", "/thresholds"],
        ["PUT", "/objects/a.txt"],
      ] as const) {
        const answer = await ask(method, target, { headers });
        const said = `${method} ${target} ${JSON.stringify(headers)}`;
        expect(answer.status, said).to.equal(403);
        expect(answer.text).to.include(`this page is for ${test.page.url} only`);
      }
    }
    expect(filesBelow(test.folder)).to.deep.equal([]);
    for (const origin of [`http://${host}`, `http://localhost:${port}`]) {
      expect((await ask("GET", "/", { headers: { origin } })).status).to.equal(200);
    }
    const others = Object.values(os.networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others) {
      const reached = await fetch(`http://${address}:${port}/`).then(
        () => true,
        () => false,
      );
      expect(reached, address).to.equal(false);
    }
  });

  it("tells what there is, then what is new: an upload, its open prefix, its announcement", async () => {
    const reader = new PageReader(test.page.url);
    const { thresholds, prefixes, announcements, tick } = await reader.state();
    expect(thresholds).to.deep.equal({
      bucketThresholdEventCount: "5",
      bucketThresholdDuration: "60",
    });
    expect([prefixes, announcements, tick.deadLetters]).to.deep.equal([[], [], []]);
    expect(reader.heard[0]).to.deep.equal({
      type: "stack",
      data: { bucket: "edp-monitor-dev", prefixDepth: 2, speed: 1, canUpload: true },
    });

    const before = Date.now();
    for (const name of ["one", "two"]) {
      const answer = await ask("PUT", `/objects/lab%20A/run-1/${name}.txt`, { body: name });
      expect(answer).to.include({ status: 201, text: '{"ignoredBy":null}\n' });
    }
    expect(fs.readFileSync(path.join(test.folder, "lab A/run-1/one.txt"), "utf8")).to.equal("one");
    const opened = await reader.tick("both files", ({ changed }) => changed[0]?.[3] === 2);
    const [, prefix, files, events, bytes, firstMs, lastMs, , arrivals] = opened.changed[0]!;
    expect([prefix, files, events, bytes]).to.deep.equal(["lab A/run-1/", 2, 2, 6]);
    expect(firstMs).to.be.within(before, lastMs);
    expect(lastMs).to.be.at.most(Date.now());
    expect(arrivals.reduce((sum, each) => sum + each, 0)).to.equal(2);
    expect(opened.counts).to.include({ objectEvents: 2, open: 1, published: 0, deadLetters: 0 });

    test.upload(...["a", "b", "c"].map((name) => `lab A/run-1/${name}`));
    const closed = await reader.tick("its end", ({ counts }) => counts.published === 1);
    expect(closed.counts).to.include({ objectEvents: 5, open: 0, stored: 5, rejected: 0 });
    const [told] = reader.heard.filter(({ type }) => type === "announcement");
    expect(told!.data).to.have.nested.include({
      "event.detail.prefix": "lab A/run-1/",
      "event.detail.fileCount": 5,
    });

    const later = new PageReader(test.page.url);
    const state = await later.state();
    expect(state.announcements).to.have.lengthOf(1);
    expect(state.history.length).to.be.above(1);
    [reader, later].forEach((one) => one.close());
  });

  it("changes thresholds as pulumi config set and pulumi up would, immediately", async () => {
    const reader = new PageReader(test.page.url);
    await reader.state();
    test.upload("changed/run-1/a", "changed/run-1/b");
    await reader.tick("both", ({ changed }) => changed.some((row) => row[1] === "changed/run-1/"));
    expect(
      await ask("PUT", "/thresholds", { body: '{"bucketThresholdEventCount":"2"}' }),
    ).to.include({ status: 200, text: "changed\n" });
    const { detail } = await waitFor("the announcement", () =>
      test.announced.find((one) => one.detail.prefix === "changed/run-1/"),
    );
    expect(detail).to.include({ trigger: "event-count", eventCount: 2 });
    const [told] = reader.heard.filter(({ type }) => type === "thresholds");
    expect(told!.data).to.deep.equal({
      bucketThresholdEventCount: "2",
      bucketThresholdDuration: "60",
    });

    const body = '{"bucketThresholdDuration":"1","bucketThresholdMaxAge":" 900 "}';
    expect((await ask("PUT", "/thresholds", { body })).status).to.equal(200);
    expect(test.stack.lambda("edp-monitor-emitter").variables).to.include({
      THRESHOLD_EVENT_COUNT: "2",
      THRESHOLD_DURATION_SECONDS: "1",
      THRESHOLD_MAX_AGE_SECONDS: "900",
    });
    reader.close();
  });

  it("refuses thresholds in the program's words, and changes nothing then", async () => {
    const before = test.stack.lambda("edp-monitor-ingest").variables;
    const refused: [string, string][] = [
      [
        '{"bucketThresholdDuration":"0"}',
        "bucketThresholdDuration is 0, allowed is a whole number from 1 to 604800 (seconds): type 300, for example\n",
      ],
      [
        '{"bucketThresholdEventCount":"many"}',
        'bucketThresholdEventCount is "many", allowed is a whole number from 1 to 1000000: type 20, for example\n',
      ],
      ['{"toString":"x"}', "toString cannot be changed here, only bucketThresholdEventCount"],
      ['{"dbPassword":"x"}', "dbPassword cannot be changed here, only bucketThresholdEventCount"],
      ['{"bucketThresholdDuration":5}', "bucketThresholdDuration was sent as no text"],
      ["{}", "nothing to change was sent"],
      ["5 s", "what was sent is no JSON"],
      [`"${"x".repeat(70_000)}"`, "more than 65536 bytes were sent"],
    ];
    for (const [body, says] of refused) {
      const { status, text } = await ask("PUT", "/thresholds", { body });
      expect([status, text.includes(says)], `${says}: ${text}`).to.deep.equal([400, true]);
    }
    expect(test.stack.lambda("edp-monitor-ingest").variables).to.deep.equal(before);
  });

  it("changes nothing where a change of config would need another resource", async () => {
    const change = { "edp-monitor:enableBucketNotifications": "true" };
    expect(await rejection(test.stack.update(change))).to.include(
      "the change needs aws:s3/bucketNotification:BucketNotification edp-monitor-object-events",
    );
    await test.stack.update({});
  });

  it("takes another port when the usual one is taken, and says so when it is one's own", async () => {
    const taken = Number(new URL(test.page.url).port);
    const options = {
      stack: test.stack,
      feed: new PageFeed(),
      project: "edp-monitor",
      bucket: "b",
      speed: 1,
    };
    expect(await rejection(PageServer.start({ ...options, port: taken }))).to.equal(
      `port ${taken} is taken: choose another with --port`,
    );
    const others = await Promise.all([PageServer.start(options), PageServer.start(options)]);
    expect(others[0].url).not.to.equal(others[1].url);
    await Promise.all(others.map((other) => other.stop()));
  });

  it("reads a change of thresholds as one of config", () => {
    expect(
      thresholdChange("edp-monitor", {
        bucketThresholdEventCount: " 3 ",
        bucketThresholdMaxAge: "",
      }),
    ).to.deep.equal({
      "edp-monitor:bucketThresholdEventCount": "3",
      "edp-monitor:bucketThresholdMaxAge": undefined,
    });
  });

  it("says what is rejected, with its reason", async () => {
    const reader = new PageReader(test.page.url);
    await reader.state();
    test.stack.queue("edp-monitor-object-events").send("not JSON");
    const { deadLetters } = await reader.tick("it", (tick) => tick.deadLetters.length > 0);
    expect(deadLetters[0]).to.include({ queue: "edp-monitor-object-events", body: "not JSON" });
    expect(deadLetters[0]!.reason).to.equal("not-json");
    reader.close();
  });
});
