import { getRequestListener } from "@hono/node-server";
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { wrapPath } from "./requests";
import { pageRoutes, type PageOptions } from "./routes";
import { address } from "./strangers";

export interface PageServerOptions extends PageOptions {
  /** @default - 7373, or any free one when that is taken */
  readonly port?: number;
}

const usualPort = 7373;

/** Serves the live page only on this machine. */
export class PageServer {
  readonly #server: http.Server;

  private constructor(options: PageOptions) {
    // What is sent with a request that is refused is read nevertheless: a browser hears why only then.
    const answer = getRequestListener(pageRoutes(options).fetch, { autoCleanupIncoming: false });
    // An upload may take hours: what ends one is that nothing comes any more. Without a limit of its own,
    // the headers would have that of the request: none.
    this.#server = http.createServer(
      { requestTimeout: 0, headersTimeout: 60_000 },
      (request, response) => void answer(wrapPath(request), response),
    );
  }

  /** Resolves when it listens. Rejects when the port that was asked for is taken. */
  static async start(options: PageServerOptions): Promise<PageServer> {
    const page = new PageServer(options);
    const { port } = options;
    try {
      await page.#listen(port ?? usualPort);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      const says = `port ${port ?? usualPort} is taken: choose another with --port`;
      if (port !== undefined) throw new Error(says, { cause: error });
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

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, address);
    await once(this.#server, "listening");
  }
}
