// A real browser before the live page: Chromium, headless.
import * as axe from "axe-core";
import * as fs from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export async function startBrowser(): Promise<Browser> {
  if (!fs.existsSync(executablePath)) {
    throw new Error(
      `there is no Chromium at ${executablePath}: install Debian's package chromium, ` +
        "or name another one with the variable CHROMIUM",
    );
  }
  return await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking"],
  });
}

/** A page of the browser that keeps what it complains about. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, failed requests. */
  readonly complaints: string[];
}

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    // Leaving the page ends its feed.
    if (!request.url().endsWith("/feed")) complaints.push(`${request.url()} failed`);
  });
  await page.goto(url);
  await page
    .getByRole("status")
    .filter({ hasText: /Running|Held/ })
    .waitFor();
  return { page, complaints };
}

/** What axe-core finds wrong, a line each. */
export async function inaccessible(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy lets none in but its own.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) =>
      [id, help, target.join(" "), failureSummary].join(": "),
    ),
  );
}

/** How much wider the page is than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
