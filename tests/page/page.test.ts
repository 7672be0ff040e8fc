import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { startPageStack, type PageStack } from "../support/page-stack";
import { inaccessible, picture, startBrowser, visit } from "./browser";

const objectQueue = "edp-monitor-object-events";
const wide = { viewport: { width: 1280, height: 900 } };
const narrow = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

describe("live page in a browser", () => {
  let test: PageStack;
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
    test = await startPageStack(
      { bucketThresholdDuration: "30" },
      {
        // Messages come back after half a second, and are given up after three tries.
        transform: (type, name, inputs) => {
          if (type === "aws:lambda/eventSourceMapping:EventSourceMapping") {
            return { ...inputs, maximumBatchingWindowInSeconds: 0.3 };
          }
          if (type !== "aws:sqs/queue:Queue" || name !== objectQueue) return inputs;
          const redrivePolicy = String(inputs["redrivePolicy"]).replace(":100", ":3");
          return { ...inputs, visibilityTimeoutSeconds: 0.5, redrivePolicy };
        },
      },
    );
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
  /** What the schedules send every minute need not be waited for. */
  const beat = async (page: Page) => {
    test.stack.rules.get(`${objectQueue}-heartbeat`)!.send(beatEvent());
    test.stack.rules.get("edp-monitor-emitter-schedule")!.send(beatEvent());
    await status(page).filter({ hasText: "Running" }).waitFor();
  };
  const beatEvent = () => ({
    ...{ version: "0" as const, id: crypto.randomUUID(), "detail-type": "Scheduled Event" },
    ...{ source: "aws.events", account: "000000000000", region: "eu-west-1" },
    ...{ time: `${new Date().toISOString().slice(0, 19)}Z`, resources: [], detail: {} },
  });

  it("says that nothing is waiting, when nothing is", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await beat(page);
    await page.getByText("None: nothing is waiting.").waitFor();
    await page.getByText("None: everything could be processed.").waitFor();
    expect(await page.locator("#bucket").textContent()).to.equal("s3://edp-monitor-dev");
    expect(await page.locator("#panes h3").allTextContents()).to.deep.equal([
      ...["EDP event bus topic", "S3 EventBridge rule", "Store in DB lambda", "Emit event lambda"],
    ]);
    expect(await page.locator("#panes canvas").count()).to.equal(4);
    await picture(page, "page-idle");
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("shows an upload by drag and drop: the count rises, the announcement comes", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "30");
    await uploadSamples(page, "plate-reader/run-1");
    const line = row(page, "plate-reader/run-1/");
    await line.filter({ hasText: "24 of 30" }).waitFor();
    expect(await line.textContent()).to.match(/\d+ s$/);
    expect(await count(page, "stored").textContent()).to.equal("24");
    await picture(page, "page-upload");

    // As the browser does it when files are dropped from outside.
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      for (const name of ["a b.txt", "ü+%20.txt", "c.txt", "d.txt", "e.txt", "f.txt"]) {
        data.items.add(new File([name], name));
      }
      return data;
    });
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    await announcement(page, "plate-reader/run-1/").waitFor();
    expect(await announcement(page, "plate-reader/run-1/").textContent()).to.match(
      /plate-reader\/run-1\/ 30 files, by event-count, number 1$/,
    );
    await announcement(page, "plate-reader/run-1/").locator("summary").click();
    const json = await announcement(page, "plate-reader/run-1/").locator("pre").textContent();
    expect(JSON.parse(json!)).to.deep.include({ "detail-type": "package-objects-ready" });
    expect(
      fs.readFileSync(path.join(test.folder, "plate-reader/run-1/ü+%20.txt"), "utf8"),
    ).to.equal("ü+%20.txt");
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

    await page.locator("#bucketThresholdDuration").fill("soon");
    await page.getByRole("button", { name: "Change" }).click();
    const refused = page.locator("#thresholds-result.problem");
    await refused.filter({ hasText: 'bucketThresholdDuration is "soon", allowed is' }).waitFor();
    // The browser itself notes an answer of 400.
    expect(complaints.filter((text) => !text.includes("400 (Bad Request)"))).to.deep.equal([]);
    await page.close();
  });

  it("shows what is rejected, and its way into the dead letters", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    test.stack.queue(objectQueue).send('{"version":"0","detail-type":"Object Created"');
    const letter = page.locator("#letters li");
    await letter.filter({ hasText: "still in" }).waitFor();
    await letter.filter({ hasText: `in ${objectQueue}-dead-letters` }).waitFor();
    expect(await page.locator("#letters-count").textContent()).to.equal("1");
    await picture(page, "page-dead-letter");
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("says that prefixes are held while the pipeline is behind", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "100");
    await setThreshold(page, "bucketThresholdDuration", "5");
    await uploadSamples(page, "sequencer/run-9/");
    // A restarted database is trouble that the emitter sees.
    await test.stack.database.stop();
    await test.stack.database.start();
    test.stack.rules.get("edp-monitor-emitter-schedule")!.send(beatEvent());
    await status(page).filter({ hasText: "Held: the pipeline is behind" }).waitFor();
    await row(page, "sequencer/run-9/").filter({ hasText: /held$/ }).waitFor();
    await picture(page, "page-held");
    const held = await visit(browser, test.page.url, { ...narrow, colorScheme: "dark" });
    await picture(held.page, "page-held-dark-narrow");
    expect([...complaints, ...held.complaints]).to.deep.equal([]);
    await Promise.all([page.close(), held.page.close()]);
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
        const [inner, outer] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          innerWidth,
        ]);
        expect(inner).to.be.at.most(outer);
        await picture(page, `page-${colorScheme}-${size}`);
        expect(complaints).to.deep.equal([]);
        await page.close();
      });
    }
  }

  it("says when the stack has ended", async () => {
    const other = await startPageStack();
    const { page } = await visit(browser, other.page.url);
    await other.stop();
    await status(page).filter({ hasText: "The stack has ended" }).waitFor();
    expect(await status(page).getAttribute("data-state")).to.equal("away");
    await page.close();
  });
});
