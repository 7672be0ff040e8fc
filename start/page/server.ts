import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { pageRoutes, type PageOptions } from "./routes";
import { address } from "./strangers";

export interface PageServerOptions extends PageOptions {
  /** @default - 7373, or any free one when that is taken */
  readonly port?: number;
}

const usualPort = 7373;

/** Serves the live page on this machine only. */
export class PageServer {
  readonly #server: http.Server;

  private constructor(options: PageServerOptions) {
    const app = pageRoutes(options, () => new URL(this.url));
    const answer = getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      autoCleanupIncoming: false, // what is sent after a refusal is ended by its silence
    });
    // An upload may take hours: what ends one is that nothing comes any more. Without a limit of its own,
    // the headers would have that of the request: none.
    this.#server = http.createServer(
      { requestTimeout: 0, headersTimeout: 60_000 },
      (request, response) => void answer(request, response),
    );
  }

  /** Resolves when it listens. Rejects when the port that was asked for is taken. */
  static async start(options: PageServerOptions): Promise<PageServer> {
    const page = new PageServer(options);
    try {
      await page.#listen(options.port ?? usualPort);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken) throw error;
      if (options.port !== undefined) {
        throw new Error(`port ${options.port} is taken: choose another with --port`, {
          cause: error,
        });
      }
      await page.#listen(0);
    }
    return page;
  }

  get url(): string {
    return `http://${address}:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, address, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }
}
