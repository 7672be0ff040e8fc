import { expect } from "chai";
import type { Browser } from "playwright-core";
import { objectCreated } from "../../local/object-created";
import { startPageStack } from "../../support/page-stack";
import { withTries } from "../support/queues";
import { inaccessible, overflow, startBrowser, visit } from "../../support/browser";
import { announcement, narrow, status, uploadSamples } from "../../support/on-page";

const objectQueue = "edp-monitor-object-events";

describe("live page in trouble", () => {
  let browser: Browser;
  before(async () => (browser = await startBrowser()));
  after(() => browser.close());

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
          return { ...withTries(2, inputs), visibilityTimeoutSeconds: 3 };
        },
      },
    );
    const { page, complaints } = await visit(browser, other.page.url, {
      viewport: narrow.viewport,
    });
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
    expect(complaints).to.deep.equal([]);
    await page.close();
    await other.stop();
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
    expect(await status(page).getAttribute("data-state")).to.equal("ended");
    await page.getByText("npm start brings it back").waitFor();
    const greyed = (where: string) =>
      page.locator(where).evaluate((one) => getComputedStyle(one).filter === "grayscale(1)");
    expect([await greyed("main"), await greyed(".below")]).to.deep.equal([true, true]);
    await page.close();
  });
});
