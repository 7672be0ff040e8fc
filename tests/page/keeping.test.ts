import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { startPageStack, type PageStack } from "../../support/page-stack";
import { waitFor } from "../../support/wait-for";
import { overflow, startBrowser, visit } from "../../support/browser";
import { announcement, narrow, row, setThreshold, status, wide } from "../../support/on-page";

describe("what the live page keeps while things change", function () {
  let test: PageStack;
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
    test = await startPageStack({
      bucketThresholdEventCount: "4",
      bucketThresholdDuration: "3600",
    });
  });
  after(async () => {
    await browser.close();
    await test.stop();
  });

  const value = (page: Page, name: string) => page.locator(`#${name}`).inputValue();

  it("keeps what is typed when the thresholds change, and shows the others", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    const other = await visit(browser, test.page.url, wide);
    await page.locator("#filter").fill("run-");
    await page.locator("#bucketThresholdMaxAge").fill("90");
    await page.locator("#bucketThresholdDuration").focus(); // and nothing is typed there yet
    await setThreshold(other.page, "bucketThresholdDuration", "1800");
    await setThreshold(other.page, "bucketThresholdMaxAge", "7200");
    await setThreshold(other.page, "bucketThresholdEventCount", "5");
    await waitFor(
      "the other page's count",
      async () => (await value(page, "bucketThresholdEventCount")) === "5",
    );
    expect(await value(page, "bucketThresholdDuration")).to.equal("3600");
    expect(await value(page, "bucketThresholdMaxAge")).to.equal("90");
    expect(await value(page, "filter")).to.equal("run-");
    await page.locator("#filter").focus();
    expect(await value(page, "bucketThresholdDuration")).to.equal("1800");
    expect(await value(page, "bucketThresholdMaxAge")).to.equal("90");

    // What is sent is what was typed, and nothing of what the other page has changed.
    await page.getByRole("button", { name: "Change" }).click();
    await page.locator("#thresholds-result").filter({ hasText: "Changed." }).waitFor();
    expect(test.stack.lambda("edp-monitor-emitter").variables).to.include({
      THRESHOLD_EVENT_COUNT: "5",
      THRESHOLD_DURATION_SECONDS: "1800",
      THRESHOLD_MAX_AGE_SECONDS: "90",
    });
    expect([...complaints, ...other.complaints]).to.deep.equal([]);
    await Promise.all([page.close(), other.page.close()]);
  });

  it("gives the commands that keep a change, to be copied", async () => {
    const { page, complaints } = await visit(browser, test.page.url, {
      ...wide,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    expect(await page.locator("#config").isVisible()).to.equal(false);
    await setThreshold(page, "bucketThresholdEventCount", "6");
    await setThreshold(page, "bucketThresholdMaxAge", "");
    await setThreshold(page, "bucketThresholdEventCount", " 4 ");
    const commands = [
      "pulumi config set bucketThresholdEventCount 4",
      "pulumi config rm bucketThresholdMaxAge",
    ].join("\n");
    expect(await page.locator("#config-lines").textContent()).to.equal(commands);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).to.equal(commands);
    await page.setViewportSize(narrow.viewport);
    expect(await overflow(page)).to.be.at.most(0);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("keeps an opened announcement open, and the list where it is, over a lost connection", async () => {
    const { page } = await visit(browser, test.page.url, wide);
    const batches = Array.from({ length: 20 }, (_, i) => `opened/run-${i}/`);
    test.upload(...batches.flatMap((run) => ["a", "b", "c", "d"].map((name) => run + name)));
    for (const run of batches) await announcement(page, run).waitFor();
    const opened = page.locator("#announcements li").last();
    const prefix = (await opened.locator(".prefix").textContent())!;
    await opened.locator("summary").click();
    await opened.locator("pre").waitFor();
    await opened.locator("pre").scrollIntoViewIfNeeded();
    const scrolled = () => page.evaluate(`document.querySelector("[role=log]").scrollTop`);
    const before = await scrolled();
    expect(before).to.be.above(0);

    const ended = page.locator("#ended").waitFor({ state: "visible" });
    await test.restartPage();
    await ended;
    await status(page).filter({ hasText: "Running" }).waitFor();
    expect(await announcement(page, prefix).locator("details").getAttribute("open")).to.equal("");
    expect(await scrolled()).to.equal(before);
    await page.close();
  });

  it("shows two hundred of what is open, and says how many there are", async () => {
    const { page, complaints } = await visit(browser, test.page.url, wide);
    test.upload(...Array.from({ length: 1_234 }, (_, i) => `many/run-${i}/a`));
    await page.locator("#prefixes-count").getByText("1,234", { exact: true }).waitFor();
    const more = page.locator("#prefixes-more");
    await more.getByText("200 of 1,234 shown, those that close soonest").waitFor();
    expect(await page.locator("#prefixes li").count()).to.equal(200);
    await page.locator("#filter").fill("run-99");
    await more.filter({ hasText: /^$/ }).waitFor({ state: "attached" });
    expect(await page.locator("#prefixes li").count()).to.equal(11);
    await page.locator("#filter").fill("run-1233/");
    await row(page, "many/run-1233/").waitFor();
    expect(await page.locator("#prefixes li").count()).to.equal(1);

    test.upload(
      ...Array.from({ length: 300 }, (_, i) =>
        ["b", "c", "d"].map((name) => `many/run-${i}/${name}`),
      ).flat(),
    );
    await page.locator("#announcements-count").getByText("320", { exact: true }).waitFor();
    await page.locator("#announcements-more").getByText("the last 200 of 320").waitFor();
    expect(await page.locator("#announcements li").count()).to.equal(200);
    await page.locator("#filter").fill("");
    await more.getByText("200 of 934 shown").waitFor();
    expect(complaints).to.deep.equal([]);
    await page.close();
  });
});
