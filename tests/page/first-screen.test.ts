import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { startPageStack, type PageStack } from "../../support/page-stack";
import { inaccessible, overflow, startBrowser, visit } from "../../support/browser";
import { announcement, count, drop, narrow, row, uploadSamples, wide } from "../../support/on-page";

describe("first screen of the live page", function () {
  let test: PageStack;
  let browser: Browser;
  let folder: string;
  before(async () => {
    browser = await startBrowser();
    test = await startPageStack({
      bucketThresholdEventCount: "12",
      bucketThresholdDuration: "600",
      bucketIgnorePrefixes: "scratch/*, *.tmp",
    });
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-run-"));
  });
  after(async () => {
    fs.rmSync(folder, { recursive: true });
    await browser.close();
    await test.stop();
  });

  const writeFolder = (name: string, files: readonly string[]) => {
    for (const file of files) {
      fs.mkdirSync(path.dirname(path.join(folder, name, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, name, file), file);
    }
    return path.join(folder, name);
  };
  const wells = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `plate-1/well-${from + i}.tiff`);

  it("has a folder that is dropped fill, close and be announced, without scrolling", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await noteFlights(page);
    await page.getByLabel("Upload to").fill("");
    await drop(page, "#announcements-title", [writeFolder("imager", wells(1, 8))]);
    const line = row(page, "imager/plate-1/");
    await line.filter({ hasText: "8 of 12" }).waitFor();
    await line.filter({ hasText: /closes in 9 min \d+ s/ }).waitFor();
    for (const where of ["h1", "#what", "#stations", "#thresholds", "#drop", "#prefixes-title"]) {
      await expectSeen(page, page.locator(where));
    }
    for (const part of [line, line.locator("progress"), line.locator(".timeline")]) {
      await expectSeen(page, part);
    }
    expect(await line.locator(".arrivals").getAttribute("d")).to.match(arrivalsDrawn);

    const more = writeFolder("more/imager", wells(9, 12));
    await drop(page, "#drop", [more]);
    const announced = announcement(page, "imager/plate-1/");
    await announced.filter({ hasText: "12 files" }).waitFor();
    await line.waitFor({ state: "detached" });
    await expectSeen(page, announced);
    await page.locator(".flight").waitFor({ state: "detached" });
    expect(await page.evaluate("globalThis.flights.length")).to.equal(1);
    expect(await page.evaluate("globalThis.flights[0]")).to.match(
      /^imager\/plate-1\/event-count12/,
    );
    expect(await page.evaluate("scrollY")).to.equal(0);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("moves nothing for those who want none of it", async () => {
    const options = { ...wide, reducedMotion: "reduce" as const };
    const { page, complaints } = await visit(browser, test.page.url, options);
    await noteFlights(page);
    await uploadSamples(page, "still/run-1");
    await announcement(page, "still/run-1/").waitFor();
    await row(page, "still/run-1/").waitFor({ state: "detached" });
    expect(await page.evaluate("globalThis.flights")).to.deep.equal([]);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("says that a batch has closed while its announcement is on its way", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    const failCall = { status: 500, type: "InternalException" };
    test.stack.endpoint.fault = ({ entries }) =>
      entries.some((entry) => entry.DetailType === "package-objects-ready")
        ? { failCall }
        : undefined;
    const line = row(page, "closing/plate-1/");
    test.upload(...wells(1, 8).map((key) => `closing/${key}`));
    await line.filter({ hasText: "8 of 12" }).waitFor();
    test.upload(...wells(9, 12).map((key) => `closing/${key}`));
    await line.filter({ hasText: "closed, being announced" }).waitFor();
    test.stack.endpoint.fault = () => undefined;
    await announcement(page, "closing/plate-1/").waitFor();
    await line.waitFor({ state: "detached" });
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("says how many are ignored, by whom: at the upload and at the station", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await page.getByLabel("Upload to").fill("");
    await drop(page, "#drop", [
      writeFolder("lab", ["run-1/a.csv", "run-1/b.csv", "run-1/c.tmp"]),
      writeFolder("scratch", ["a.csv", "b/c.csv"]),
    ]);
    await page
      .locator("#upload-result")
      .getByText("5 uploaded to the bucket’s root, 2 ignored by the rule, 1 ignored by ingest", {
        exact: true,
      })
      .waitFor();
    await count(page, "ignoredByRule").getByText("2", { exact: true }).waitFor();
    await row(page, "lab/run-1/").filter({ hasText: "2 of 12" }).waitFor();
    await page.getByRole("button", { name: "ingest" }).press("Enter");
    await page.locator("#about-ingest").waitFor();
    await count(page, "ignored").getByText("1", { exact: true }).waitFor();
    expect(await inaccessible(page)).to.deep.equal([]);
    await page.keyboard.press("Escape");
    await page.locator("#about-ingest").waitFor({ state: "hidden" });
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("has what it is, both lists and the upload on a phone's first screen, in this order", async () => {
    const { page, complaints } = await visit(browser, test.page.url, narrow);
    const order = ["h1", "#what", "#prefixes-title", "#announcements-title", "#drop", "#stations"];
    await Promise.all(order.slice(0, -1).map((where) => expectSeen(page, page.locator(where))));
    await expectSeen(page, row(page, "lab/run-1/"));
    await expectSeen(page, page.locator("#announcements li").first());
    const tops = await Promise.all(
      [...order, "#thresholds"].map(async (where) => (await page.locator(where).boundingBox())!.y),
    );
    expect(tops).to.deep.equal(tops.toSorted((one, other) => one - other));
    await page.getByRole("button", { name: "How it works" }).click();
    await expectSeen(page, page.locator("#about-all"));
    expect(await overflow(page)).to.be.at.most(0);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("leads to the docs, as text", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    await page.locator("#what").getByRole("link", { name: "Docs" }).click();
    await page.getByText("# The stack on a laptop").waitFor();
    expect(complaints).to.deep.equal([]);
    await page.close();
  });
});

/** Bars from the first event on, as high as the line where most came; how many, the machine's pace says. */
const arrivalsDrawn = /^(?=M0\.0 )(?=.*v-20\.0h)(M[\d.]+ 20v-[\d.]+h[\d.]+V20z)+$/;

/** Inside the window, whole, as it is scrolled. */
async function expectSeen(page: Page, what: Locator): Promise<void> {
  const { width, height } = page.viewportSize()!;
  const box = (await what.boundingBox())!;
  const said = `${what.toString()}: ${JSON.stringify(box)}`;
  expect(box.y >= 0 && box.y + box.height <= height, said).to.equal(true);
  expect(box.x >= 0 && box.x + box.width <= width, said).to.equal(true);
  expect(box.width * box.height, said).to.be.above(0);
}

/** Keeps the text of all that goes from one list to the other. */
async function noteFlights(page: Page): Promise<void> {
  await page.evaluate(`{
    globalThis.flights = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const { className, textContent } of addedNodes) {
          if (className === "flight") flights.push(textContent);
        }
      }
    }).observe(document.body, { childList: true });
  }`);
}
