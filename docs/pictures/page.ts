// Takes the pictures of the live page, in the middle of an upload: `npm run docs:page`, after `npm run build`.
import * as path from "node:path";
import type { Page } from "playwright-core";
import { startBrowser, visit } from "../../support/browser";
import { setThreshold, wide } from "../../support/on-page";
import { startPageStack, type PageStack } from "../../support/page-stack";

const images = path.resolve(__dirname, "../images");
const megabyte = 1024 ** 2;

/** Prefix, files, bytes of one: what is written, in turns, until all of it is. */
type Writing = readonly [prefix: string, name: (i: number) => string, files: number, size: number];

/** These go quiet first. */
const quiet: Writing[] = [
  ["nightly-export/2026-11-25/", (i) => `part-${i}.parquet`, 12, 88 * megabyte],
  ["plate-reader/run-6/", (i) => `well-${i}.csv`, 18, 0.2 * megabyte],
];
const full: Writing[] = [
  ["sequencer/run-2611-A/", (i) => `lane-${i}.fastq.gz`, 24, 1_840 * megabyte],
  ["mass-spec/batch-88/", (i) => `sample-${i}.raw`, 24, 410 * megabyte],
  ["imager/plate-0411/", (i) => `well-${i}.tiff`, 31, 24 * megabyte],
];
const open: Writing[] = [
  ["imager/plate-0412/", (i) => `well-${i}.tiff`, 17, 24 * megabyte],
  ["nightly-export/2026-11-26/", (i) => `part-${i}.parquet`, 5, 88 * megabyte],
  ["sequencer/run-2611-B/", (i) => `lane-${i}.fastq.gz`, 11, 1_790 * megabyte],
  ["mass-spec/batch-89/", (i) => `sample-${i}.raw`, 8, 410 * megabyte],
  ["cryo-em/grid-7/", (i) => `movie-${i}.mrc`, 20, 640 * megabyte],
];

async function main(): Promise<void> {
  const test = await startPageStack({
    bucketThresholdEventCount: "24",
    bucketThresholdDuration: "5",
    bucketIgnorePrefixes: "scratch/*",
  });
  const browser = await startBrowser();
  try {
    const { page } = await visit(browser, test.page.url, { ...wide, colorScheme: "light" });
    test.upload("scratch/focus-1.tmp", "scratch/focus-2.tmp");
    for (const writing of quiet) write(test, writing);
    for (const [prefix] of quiet) await test.announcement(prefix);
    await setThreshold(page, "bucketThresholdDuration", "60");
    for (const writing of full) {
      write(test, writing);
      await test.announcement(writing[0]);
    }
    await page.reload();
    await uploadHalf(page, "plate-reader/run-7");
    const turns = Math.max(...open.map(([, , files]) => files));
    for (let i = 1; i <= turns; i++) {
      for (const writing of open) if (writing[2] >= i) writeOne(test, writing, i);
      await page.waitForTimeout(900 + 600 * (i % 3));
    }
    await page.locator("#prefixes li").nth(open.length).waitFor();

    await page.screenshot({ path: path.join(images, "page-light.png") });
  } finally {
    await browser.close();
    await test.stop();
  }
}

function write(test: PageStack, writing: Writing): void {
  for (let i = 1; i <= writing[2]; i++) writeOne(test, writing, i);
}

/** Only the event: nobody has such files at hand. */
function writeOne({ stack }: PageStack, [prefix, name, , size]: Writing, i: number): void {
  const grown = Math.round(size * (1 + i / 100));
  stack.putObject({ bucket: "edp-monitor-dev", key: prefix + name(i), size: grown, etag: `${i}` });
}

/** By the page's own button, which waits for the rest of it. */
async function uploadHalf(page: Page, prefix: string): Promise<void> {
  let asked = 0;
  await page.route("**/objects/**", async (route) => {
    if (++asked <= 14) await route.continue();
  });
  await page.locator("#folder").fill(prefix);
  await page.locator("#sample").click();
  await page.locator("#prefixes li").filter({ hasText: "14 of 24" }).waitFor();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
