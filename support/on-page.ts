// What the tests do on the page, and look at.
import type { Page } from "playwright-core";

export const wide = { viewport: { width: 1280, height: 800 } };
export const narrow = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

export const count = (page: Page, name: string) => page.locator(`[data-count="${name}"]`);

export const row = (page: Page, prefix: string) =>
  page.locator("#prefixes li").filter({ hasText: prefix });

export const announcement = (page: Page, prefix: string) =>
  page.locator("#announcements li").filter({ hasText: prefix }).first();

export const status = (page: Page) => page.locator("#status");

export const uploadSamples = async (page: Page, prefix: string) => {
  await page.getByLabel("Upload to").fill(prefix);
  await page.getByRole("button", { name: "Upload 24 samples" }).click();
  await page.locator("#upload-result").filter({ hasText: "24 uploaded to" }).waitFor();
};

export const setThreshold = async (page: Page, name: string, value: string) => {
  await page.locator(`#${name}`).fill(value);
  await page.getByRole("button", { name: "Change" }).click();
  await page.locator("#thresholds-result").filter({ hasText: "Changed." }).waitFor();
};

/** As a hand does it: files and folders of this machine, dropped where an element is. */
export const drop = async (page: Page, where: string, files: string[]) => {
  const { x, y } = (await page.locator(where).boundingBox())!;
  const session = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await session.send("Input.dispatchDragEvent", { type, x: x + 5, y: y + 5, data });
  }
};
