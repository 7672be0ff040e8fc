import { expect } from "chai";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { PageFeed, PageServer } from "../../start/page";
import type { Message } from "../../start/page/messages";
import { startPageStack, type PageStack } from "../../support/page-stack";
import { waitFor } from "../../support/wait-for";
import { askServer, beginRequest, filesBelow } from "../support/ask-server";

/** A feed that a test tells what to tell. */
class ToldFeed extends PageFeed {
  readonly listeners = new Set<(message: Message) => void>();

  override listen(listener: (message: Message) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

describe("requests to the live page that no page makes", function () {
  this.timeout(60_000); // a stack starts
  let test: PageStack;
  before(async () => {
    test = await startPageStack();
  });
  after(() => test.stop());

  const ask = (method: string, target: string, headers: http.OutgoingHttpHeaders = {}, body = "") =>
    askServer(test.page.url, method, target, { headers, body });

  it("get no answer but that there is no such thing, also where another path would lead to one", async () => {
    const { url } = test.page;
    for (const line of [
      ...["HEAD /", "OPTIONS /", "TRACE /", "DELETE /", "HEAD /feed", "POST /feed", "PUT /feed"],
      ...["GET /feed/", "GET //feed", "GET /./feed", "GET /x/../feed", "GET /%66eed", "GET /Feed"],
      ...["GET /a\\b", "GET /%", "GET /%E0%A4", `GET ${url}/`, `GET ${url}/feed`],
      ...["PUT /objects", "PUT //objects/a", "PUT /x/../objects/a", "PUT /objects%2Fa"],
      ...[`PUT ${url}/objects/a`, "PUT /thresholds/", "PUT *", "OPTIONS *", "TRACE *"],
    ]) {
      const [method, target] = line.split(" ") as [string, string];
      const { status, text, headers } = await ask(method, target);
      const says = method === "HEAD" ? "" : `there is no ${method} ${target} here\n`;
      expect([status, text], line).to.deep.equal([404, says]);
      expect(headers["content-type"]).to.equal("text/plain; charset=utf-8");
    }
    expect(filesBelow(test.folder)).to.deep.equal([]);
    expect((await ask("GET", "/?a=/feed")).status).to.equal(200);
  });

  it("are refused to strangers, and have the headers, whatever the target and the host are", async () => {
    const { url } = test.page;
    for (const host of ["a b", "[::1", "evil.example/", `x@${new URL(url).host}`]) {
      for (const line of [
        ...["GET /", "GET /feed", "GET /a\\b", `GET ${url}/feed`, "GET /x/../feed"],
        ...["HEAD /", "OPTIONS /", "TRACE /", "OPTIONS *", "TRACE *", "PUT /objects/../a"],
      ]) {
        const [method, target] = line.split(" ") as [string, string];
        const { status, text, headers } = await ask(method, target, { host });
        const why = `this page is for ${url} only, and not for the host ${JSON.stringify(host)}\n`;
        const said = `${line} ${host}`;
        expect([status, text], said).to.deep.equal([403, method === "HEAD" ? "" : why]);
        expect(headers, said).to.include({
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
        });
        expect(headers["content-security-policy"], said).to.match(/^default-src 'none';/);
      }
    }
  });

  it("upload what their path says as it was sent, decoded once", async () => {
    const before = filesBelow(test.folder);
    for (const [key, says] of [
      ["../../etc/passwd", /^the key "\.\.\/\.\.\/etc\/passwd" cannot be a file here/],
      ["a/%2e%2e/b", /^the key "a\/\.\.\/b" cannot be a file here/],
      ["a%2Fb", /^the key has a "\/" that is encoded/],
      ["%E0%A4", /^the key "%E0%A4" is not encoded as an address/],
    ] as const) {
      const { status, text } = await ask("PUT", `/objects/${key}`, {}, "x");
      expect(status, key).to.equal(400);
      expect(text).to.match(says);
    }
    expect(filesBelow(test.folder)).to.deep.equal(before);

    const names = { "x%2525": "x%25", "a+b;c": "a+b;c", ":key": ":key", "a%3Fb?c": "a?b", "%": "" };
    for (const [sent, name] of Object.entries(names)) {
      const { status } = await ask("PUT", `/objects/odd/run-1/${sent}`, {}, "x");
      expect(status, sent).to.equal(name === "" ? 400 : 201);
    }
    expect(fs.readdirSync(path.join(test.folder, "odd/run-1"))).to.have.members(
      Object.values(names).filter((name) => name !== ""),
    );
  });

  it("leave nothing of an upload behind when they go in the middle of it", async () => {
    const { request, answer } = beginRequest(test.page.url, "PUT", "/objects/gone/run-1/half.bin");
    answer.catch(() => undefined);
    request.write("half of it");
    const halves = () => filesBelow(test.folder).filter((file) => file.includes("half.bin"));
    await waitFor("the half", () => halves().length > 0);
    request.destroy();
    await waitFor("nothing of it", () => halves().length === 0);
    expect((await ask("GET", "/")).status).to.equal(200);
  });

  it("send thresholds in pieces, and are refused when these are too many", async () => {
    const send = async (pieces: readonly string[]) => {
      const { request, answer } = beginRequest(test.page.url, "PUT", "/thresholds");
      for (const piece of pieces) request.write(piece);
      request.end();
      const { status, text } = await answer;
      return [status, text];
    };
    expect(await send(['{"bucketThreshold', 'EventCount":"7"}'])).to.deep.equal([200, "changed\n"]);
    expect(test.stack.lambda("edp-monitor-ingest").variables).to.include({
      THRESHOLD_EVENT_COUNT: "7",
    });
    const part = "x".repeat(32 * 1024);
    const tooMany = [400, "more than 65536 bytes were sent\n"];
    expect(await send([part, part])).to.deep.equal([400, "what was sent is no JSON\n"]);
    expect(await send([part, part, "x"])).to.deep.equal(tooMany);
    // All that it says will come does not have to come first.
    const { request, answer } = beginRequest(test.page.url, "PUT", "/thresholds", {
      "content-length": 1_000_000_000,
    });
    answer.catch(() => undefined);
    request.write("{");
    const { status, text } = await answer;
    expect([status, text]).to.deep.equal(tooMany);
    request.on("error", () => undefined).destroy();
  });

  it("read no feed that they asked for, and are let go; what goes is told nothing more", async () => {
    const feed = new ToldFeed();
    const { stack } = test;
    const other = await PageServer.start({
      stack,
      feed,
      project: "edp-monitor",
      bucket: "b",
      speed: 1,
      port: 0,
    });
    const listen = async () => {
      const request = http.get(`${other.url}/feed`).on("error", () => undefined);
      const response = await new Promise<http.IncomingMessage>((resolve) =>
        request.once("response", resolve),
      );
      await waitFor("a listener", () => feed.listeners.size > 0);
      return response;
    };
    (await listen()).destroy();
    await waitFor("the listener to be gone", () => feed.listeners.size === 0);

    const slow = await listen();
    const closed = new Promise((resolve) =>
      slow.on("error", () => undefined).once("close", resolve),
    );
    const bytes = 1024 * 1024;
    const thresholds = { bucketThresholdEventCount: "x".repeat(bytes) };
    let told = 0;
    await waitFor("the listener to be let go", () => {
      told++;
      feed.listeners.forEach((tell) => tell({ type: "thresholds", data: thresholds }));
      return feed.listeners.size === 0;
    });
    // Some of it is on its way, in the buffers of the connection.
    expect(told).to.be.within(16, 40);
    slow.resume();
    await closed;
    await other.stop();
  });
});
