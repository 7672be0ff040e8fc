import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser } from "playwright-core";
import { startPageStack, type PageStack } from "../../support/page-stack";
import { inaccessible, overflow, startBrowser, visit } from "../../support/browser";
import {
  announcement,
  count,
  drop,
  narrow,
  row,
  setThreshold,
  status,
  uploadSamples,
  wide,
} from "../../support/on-page";

describe("live page in a browser", function () {
  let test: PageStack;
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
    test = await startPageStack({ bucketThresholdDuration: "120" });
  });
  after(async () => {
    await browser.close();
    await test.stop();
  });

  it("says that nothing is waiting, when nothing is", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await status(page).filter({ hasText: "Running" }).waitFor();
    await page.getByText("None: nothing is waiting. Upload something.").waitFor();
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
    expect(await line.textContent()).to.match(/closes in (\d+ min )?\d+ s/);
    await count(page, "stored").getByText("14", { exact: true }).waitFor();

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
    await page.getByLabel("Upload to").fill("plate-reader/run-1");
    const dropped = fs.readdirSync(folder).map((name) => path.join(folder, name));
    await drop(page, "#announcements-title", dropped);
    await page.getByText("6 uploaded to plate-reader/run-1/").waitFor();

    await announcement(page, "plate-reader/run-1/").waitFor();
    expect(await announcement(page, "plate-reader/run-1/").innerText()).to.match(
      /^plate-reader\/run-1\/\s+\d\d:\d\d:\d\d\s+event-count\s+30 files\s+\d+ B\s+number 1\s+batch …[0-9a-f]{8}$/,
    );
    await page.getByText("Announced: plate-reader/run-1/, 30 files, number 1").waitFor();
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

  it("takes files by the keyboard only", async () => {
    const file = path.join(os.tmpdir(), `edp-page-${process.pid}.txt`);
    fs.writeFileSync(file, "by hand");
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await page.getByLabel("Upload to").fill("by/keyboard/");
    // The browser's own dialog is not looked at: of one that opens, it does not always tell.
    const files = page.locator("#files");
    await files.evaluate((one) =>
      one.addEventListener("click", (event) => {
        event.preventDefault();
        one.setAttribute("data-asked", "");
      }),
    );
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#files[data-asked]").waitFor({ state: "attached" });
    await files.setInputFiles(file);
    await row(page, "by/keyboard/").filter({ hasText: "1 of" }).waitFor();
    fs.rmSync(file);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("changes a threshold, which acts immediately; a wrong one is refused in words", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await setThreshold(page, "bucketThresholdEventCount", "50");
    await uploadSamples(page, "imager/plate-7/");
    await row(page, "imager/plate-7/").filter({ hasText: "24 of 50" }).waitFor();
    await setThreshold(page, "bucketThresholdEventCount", "24");
    await announcement(page, "imager/plate-7/").filter({ hasText: "event-count" }).waitFor();
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
        expect(complaints).to.deep.equal([]);
        await page.close();
      });
    }
  }

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
    const held = await visit(browser, test.page.url, { ...narrow, colorScheme: "dark" });
    expect(await inaccessible(held.page)).to.deep.equal([]);
    expect([...complaints, ...held.complaints]).to.deep.equal([]);
    await Promise.all([page.close(), held.page.close()]);
  });

  it("says many announcements in one sentence", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    // By the page's own module, all at one moment: a stack may spread them over two seconds.
    await page.evaluate(`import("/announcements.js").then(({ announce }) => {
      for (const prefix of ["burst/run-1/", "burst/run-2/", "burst/run-3/"]) {
        const detail = { prefix, fileCount: 10, trigger: "event-count", held: false, sequence: 1 };
        const event = { time: "", detail: { ...detail, totalBytes: 1, batchId: prefix } };
        announce({ at: Date.now(), event });
      }
    })`);
    for (const run of [1, 2, 3]) await announcement(page, `burst/run-${run}/`).waitFor();
    await page
      .locator("#announcements-said")
      .getByText("Announced: 3 batches, the last one burst/run-3/, 10 files, number 1")
      .waitFor();
    expect(complaints).to.deep.equal([]);
    await page.close();
  });
});

/** What a schedule sends every minute need not be waited for. */
function scheduledEvent() {
  return {
    version: "0" as const,
    id: crypto.randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    region: "eu-west-1",
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    resources: [],
    detail: {},
  };
}
