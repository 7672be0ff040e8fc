// The whole stack with its live page, for tests.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { LocalStackOptions } from "../local";
import { BucketFolder } from "../start/bucket-folder";
import { PageFeed, PageServer } from "../start/page";
import { startTestStack, type Announced, type TestStack } from "./local-stack";
import { waitFor } from "./wait-for";

export interface PageStack extends TestStack {
  readonly page: PageServer;
  readonly feed: PageFeed;
  /** The bucket's folder. */
  readonly folder: string;
  /** Ends the page's server, and starts another one at the same address. */
  restartPage(): Promise<void>;
}

export async function startPageStack(
  config: Record<string, string> = {},
  options: Partial<LocalStackOptions> = {},
): Promise<PageStack> {
  const feed = new PageFeed();
  const announced: TestStack["announced"] = [];
  const test = await startTestStack(config, {
    log: (line) => feed.log(line),
    onMessage: (_topic, message) => {
      announced.push({ ...(JSON.parse(message) as Announced), at: Date.now() });
      feed.announced(message);
    },
    ...options,
  });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-bucket-"));
  const bucket = "edp-monitor-dev";
  const watcher = new BucketFolder({
    folder,
    onWritten: (file) => test.stack.putObject({ bucket, ...file }),
    onError: (error) => {
      throw error;
    },
  });
  await watcher.start();
  await feed.start(test.stack);
  const startPage = (port: number) =>
    PageServer.start({
      stack: test.stack,
      feed,
      project: "edp-monitor",
      bucket,
      folder,
      speed: options.speed ?? 1,
      port,
    });
  let page = await startPage(0);
  return {
    ...test,
    announced,
    announcement: (prefix, sequence = 1) =>
      waitFor(`the announcement ${sequence} of ${prefix}`, () =>
        announced.find(({ detail }) => detail.prefix === prefix && detail.sequence === sequence),
      ),
    get page() {
      return page;
    },
    feed,
    folder,
    restartPage: async () => {
      const port = Number(new URL(page.url).port);
      await page.stop();
      page = await startPage(port);
    },
    stop: async () => {
      await page.stop();
      await feed.stop();
      await watcher.stop();
      await test.stop();
      fs.rmSync(folder, { recursive: true });
    },
  };
}
