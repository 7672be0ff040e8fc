import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { objectCreated } from "../../local/object-created";
import { startPageStack, type PageStack } from "../support/page-stack";
import { inaccessible, picture, startBrowser, visit } from "./browser";

const objectQueue = "edp-monitor-object-events";
const wide = { viewport: { width: 1280, height: 900 } };
const narrow = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

describe("live page in a browser", function () {
  let test: PageStack;
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
    test = await startPageStack({ bucketThresholdDuration: "30" });
  });
  after(async () => {
    await browser.close();
    await test.stop();
  });

  const count = (page: Page, name: string) => page.locator(`[data-count="${name}"]`);
  const row = (page: Page, prefix: string) =>
    page.locator("#prefixes tr").filter({ hasText: prefix });
  const announcement = (page: Page, prefix: string) =>
    page.locator("#announcements li").filter({ hasText: prefix }).first();
  const status = (page: Page) => page.locator("#status");
  const uploadSamples = async (page: Page, prefix: string) => {
    await page.getByLabel("Prefix to put them under").fill(prefix);
    await page.getByRole("button", { name: "Upload 24 sample files" }).click();
    await page.locator("#upload-result").filter({ hasText: "24 of 24 uploaded" }).waitFor();
  };
  const setThreshold = async (page: Page, name: string, value: string) => {
    await page.locator(`#${name}`).fill(value);
    await page.getByRole("button", { name: "Change" }).click();
    await page.locator("#thresholds-result").filter({ hasText: "Changed." }).waitFor();
  };
  /** As a hand does it: files and folders of this machine, dropped where an element is. */
  const drop = async (page: Page, where: string, files: string[]) => {
    const { x, y } = (await page.locator(where).boundingBox())!;
    const session = await page.context().newCDPSession(page);
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      const data = { items: [], files, dragOperationsMask: 1 };
      await session.send("Input.dispatchDragEvent", { type, x: x + 5, y: y + 5, data });
    }
  };
  it("says that nothing is waiting, when nothing is", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await status(page).filter({ hasText: "Running" }).waitFor();
    await page.getByText("None: nothing is waiting.").waitFor();
    await page.getByText("None: everything could be processed.").waitFor();
    expect(await page.locator("#bucket").textContent()).to.equal("s3://edp-monitor-dev");
    expect(await page.locator("#panes h3").allTextContents()).to.deep.equal([
      ...["EDP event bus topic", "S3 EventBridge rule", "Store in DB lambda", "Emit event lambda"],
    ]);
    expect(await page.locator("#panes canvas").count()).to.equal(4);
    expect(await page.locator("#panes figure").first().innerText()).to.match(
      /^EDP event bus topic\s+messages published\s+0/,
    );
    expect(await inaccessible(page)).to.deep.equal([]);
    await picture(page, "page-idle");
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("shows an upload: the count rises while it goes on", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "30");
    const rest = Promise.withResolvers<undefined>();
    let asked = 0;
    await page.route("**/objects/**", async (route) => {
      if (++asked > 14) await rest.promise;
      await route.continue();
    });
    const uploaded = uploadSamples(page, "plate-reader/run-1");
    const line = row(page, "plate-reader/run-1/");
    await line.filter({ hasText: "14 of 30" }).waitFor();
    await page.getByText("14 of 24 uploaded to plate-reader/run-1/").waitFor();
    expect(await line.textContent()).to.match(/\d+ s$/);
    await count(page, "stored").getByText("14", { exact: true }).waitFor();
    await picture(page, "page-upload");

    rest.resolve(undefined);
    await uploaded;
    await line.filter({ hasText: "24 of 30" }).waitFor();
    await count(page, "stored").getByText("24", { exact: true }).waitFor();
    expect(await count(page, "duplicates").textContent()).to.equal("0");
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("takes files and folders that are dropped anywhere: the announcement comes", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-page-"));
    const names = ["a b.txt", "ü+%20.txt", "#?.txt", "images/d.txt", "images/deep/e.txt", "f.txt"];
    for (const name of names) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), name);
    }
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await page.getByLabel("Prefix to put them under").fill("plate-reader/run-1");
    const dropped = fs.readdirSync(folder).map((name) => path.join(folder, name));
    await drop(page, "#announcements-title", dropped);
    await page.getByText("6 of 6 uploaded to plate-reader/run-1/").waitFor();

    await announcement(page, "plate-reader/run-1/").waitFor();
    expect(await announcement(page, "plate-reader/run-1/").textContent()).to.match(
      /plate-reader\/run-1\/ 30 files, by event-count, number 1$/,
    );
    await announcement(page, "plate-reader/run-1/").locator("summary").click();
    const json = await announcement(page, "plate-reader/run-1/").locator("pre").textContent();
    expect(JSON.parse(json!)).to.deep.include({ "detail-type": "package-objects-ready" });
    for (const name of names) {
      const file = path.join(test.folder, "plate-reader/run-1", name);
      expect(fs.readFileSync(file, "utf8")).to.equal(name);
    }
    expect(page.url()).to.equal(`${test.page.url}/`);

    fs.mkdirSync(path.join(folder, "empty"));
    await drop(page, "#drop", [path.join(folder, "empty")]);
    await page.getByText("There is no file in it.").waitFor();
    fs.rmSync(folder, { recursive: true });
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("takes files by the keyboard alone", async () => {
    const file = path.join(os.tmpdir(), `edp-page-${process.pid}.txt`);
    fs.writeFileSync(file, "by hand");
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await page.getByLabel("Prefix to put them under").fill("by/keyboard/");
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(file);
    await row(page, "by/keyboard/").filter({ hasText: "1 of" }).waitFor();
    fs.rmSync(file);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("changes a threshold, which acts at once; a wrong one is refused in words", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "50");
    await uploadSamples(page, "imager/plate-7/");
    await row(page, "imager/plate-7/").filter({ hasText: "24 of 50" }).waitFor();
    await setThreshold(page, "bucketThresholdEventCount", "24");
    await announcement(page, "imager/plate-7/").filter({ hasText: "by event-count" }).waitFor();
    await row(page, "imager/plate-7/").waitFor({ state: "detached" });

    // Two pages: what one has changed is not undone by the other.
    const other = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "");
    expect(await page.locator("#bucketThresholdEventCount").inputValue()).to.equal("20");
    await setThreshold(page, "bucketThresholdEventCount", "24");
    await setThreshold(other.page, "bucketThresholdMaxAge", "900");
    expect(test.stack.lambda("edp-monitor-emitter").variables).to.include({
      THRESHOLD_EVENT_COUNT: "24",
      THRESHOLD_MAX_AGE_SECONDS: "900",
    });
    await setThreshold(page, "bucketThresholdMaxAge", "");
    expect([...other.complaints]).to.deep.equal([]);
    await other.page.close();

    await page.locator("#bucketThresholdDuration").fill("soon");
    await page.getByRole("button", { name: "Change" }).click();
    const refused = page.locator("#thresholds-result.problem");
    await refused.filter({ hasText: 'bucketThresholdDuration is "soon", allowed is' }).waitFor();
    // The browser itself notes an answer of 400.
    expect(complaints.filter((text) => !text.includes("400 (Bad Request)"))).to.deep.equal([]);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, options] of Object.entries({ wide, narrow })) {
      it(`is accessible, and fits its width: ${colorScheme}, ${size}`, async () => {
        const { page, complaints } = await visit(browser, test.page.url, {
          ...options,
          colorScheme,
        });
        await announcement(page, "imager/plate-7/").locator("summary").click();
        expect(await inaccessible(page)).to.deep.equal([]);
        expect(await overflow(page)).to.be.at.most(0);
        await picture(page, `page-${colorScheme}-${size}`);
        expect(complaints).to.deep.equal([]);
        await page.close();
      });
    }
  }

  it("shows what is rejected, and its way into the dead letters", async () => {
    // Messages come back after three seconds, and are given up after two tries.
    const other = await startPageStack(
      {},
      {
        transform: (type, name, inputs) => {
          if (type === "aws:lambda/eventSourceMapping:EventSourceMapping") {
            return { ...inputs, maximumBatchingWindowInSeconds: 0.3 };
          }
          if (type !== "aws:sqs/queue:Queue" || name !== objectQueue) return inputs;
          const redrivePolicy = String(inputs["redrivePolicy"]).replace(":100", ":2");
          return { ...inputs, visibilityTimeoutSeconds: 3, redrivePolicy };
        },
      },
    );
    const { page, complaints } = await visit(browser, other.page.url, narrow);
    await uploadSamples(page, "plate-reader/run-2");
    const key = `plate-reader/${"x".repeat(1_400)}`;
    const place = { account: "111122223333", region: "eu-west-1" };
    const event = objectCreated({ bucket: "edp-monitor-dev", key, size: 1, etag: "0" }, place);
    other.stack.queue(objectQueue).send('{"version":"0","detail-type":"Object Created"');
    other.stack.queue(objectQueue).send(JSON.stringify(event));
    const letters = page.locator("#letters li");
    await letters.filter({ hasText: "not-json" }).filter({ hasText: "still in" }).waitFor();
    const dead = letters.filter({ hasText: `in ${objectQueue}-dead-letters` });
    await dead.nth(1).waitFor();
    await page.locator("#letters-count").getByText("2", { exact: true }).waitFor();
    expect(await letters.count()).to.equal(2);
    expect(await letters.filter({ hasText: "malformed" }).textContent()).to.include("key is");

    // An opened message stays open when others come.
    const first = dead.filter({ hasText: "not-json" }).locator("details");
    await first.locator("summary").click();
    other.stack.queue(`${objectQueue}-dead-letters`).send("{}");
    await letters.filter({ hasText: "given up" }).waitFor();
    expect(await first.getAttribute("open")).to.equal("");
    expect(await inaccessible(page)).to.deep.equal([]);
    expect(await overflow(page)).to.be.at.most(0);
    await page.setViewportSize(wide.viewport);
    await picture(page, "page-dead-letter");
    expect(complaints).to.deep.equal([]);
    await page.close();
    await other.stop();
  });

  it("says that prefixes are held while the pipeline is behind", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "100");
    await setThreshold(page, "bucketThresholdDuration", "5");
    await uploadSamples(page, "sequencer/run-9/");
    // A restarted database is trouble that the emitter sees.
    await test.stack.database.stop();
    await test.stack.database.start();
    test.stack.rules.get("edp-monitor-emitter-schedule")!.send(scheduledEvent());
    await status(page).filter({ hasText: "Held: the pipeline is behind" }).waitFor();
    await row(page, "sequencer/run-9/")
      .filter({ hasText: /held(?! \(quiet)/ })
      .waitFor();
    await picture(page, "page-held");
    const held = await visit(browser, test.page.url, { ...narrow, colorScheme: "dark" });
    expect(await inaccessible(held.page)).to.deep.equal([]);
    await picture(held.page, "page-held-dark-narrow");
    expect([...complaints, ...held.complaints]).to.deep.equal([]);
    await Promise.all([page.close(), held.page.close()]);
  });

  it("says when the database or the stack does not answer, and comes back by itself", async () => {
    const other = await startPageStack();
    const { page } = await visit(browser, other.page.url);
    await other.stack.database.stop();
    await status(page).filter({ hasText: "The database does not answer" }).waitFor();
    await other.stack.database.start();
    await status(page)
      .filter({ hasText: /Running|Held/ })
      .waitFor();

    await other.feed.stop(); // the connection stays, and nothing comes
    await status(page).filter({ hasText: "The stack does not answer" }).waitFor();
    await other.feed.start(other.stack);
    await status(page)
      .filter({ hasText: /Running|Held/ })
      .waitFor();

    await other.restartPage();
    await status(page)
      .filter({ hasText: /Running|Held/ })
      .waitFor();
    await uploadSamples(page, "plate-reader/run-3");
    await announcement(page, "plate-reader/run-3/").waitFor();

    await other.stop();
    await status(page).filter({ hasText: "The stack has ended" }).waitFor();
    expect(await status(page).getAttribute("data-state")).to.equal("away");
    await page.close();
  });
});

/** What a schedule sends every minute need not be waited for. */
function scheduledEvent() {
  return {
    ...{ version: "0" as const, id: crypto.randomUUID(), "detail-type": "Scheduled Event" },
    ...{ source: "aws.events", account: "000000000000", region: "eu-west-1" },
    ...{ time: `${new Date().toISOString().slice(0, 19)}Z`, resources: [], detail: {} },
  };
}

/** How much wider the page is than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
