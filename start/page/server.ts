import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalStack } from "../../local/stack";
import type { PageFeed } from "./feed";
import type { Message, Uploaded } from "./messages";
import { ignoredBy } from "./ignored";
import { BadKeyError, receiveObject } from "./receive-object";
import { readAsset } from "./read-asset";
import { decodeKey, endWhenIdle, readJson, say } from "./requests";
import { stationsOf } from "./stations";
import { address, securityHeaders, strangerOf } from "./strangers";
import { refusalOf, thresholdChange } from "./thresholds";

export interface PageServerOptions {
  readonly stack: LocalStack;
  readonly feed: PageFeed;
  /** Name of the Pulumi project, whose config is changed. */
  readonly project: string;
  readonly bucket: string;
  /** The bucket's folder; none: nothing can be uploaded. */
  readonly folder?: string;
  readonly speed: number;
  /** @default - 7373, or any free one when that is taken */
  readonly port?: number;
  /** What is being sent, and has stopped for so long, is ended. @default 120000 */
  readonly idleMs?: number;
}

const usualPort = 7373;
/** A page that does not read what it is told is let go; it comes back by itself, and gets a new state. */
const maxUnreadBytes = 16 * 1024 * 1024;
const idleMs = 120_000;

/** Serves the live page on this machine alone. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #server: http.Server;

  private constructor(options: PageServerOptions) {
    this.#options = options;
    // An upload may take hours: what ends one is that nothing comes any more. Without a limit of its own,
    // the headers would have that of the request: none.
    this.#server = http.createServer(
      { requestTimeout: 0, headersTimeout: 60_000 },
      (request, response) => void this.#answer(request, response),
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
    return `http://${address}:${this.#port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
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

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    try {
      const stranger = strangerOf(request, this.#port);
      if (stranger !== undefined) {
        say(response, 403, `this page is for ${this.url} alone, and not for ${stranger}`);
        return;
      }
      await this.#route(request, response);
    } catch (error) {
      say(response, error instanceof BadKeyError ? 400 : 500, (error as Error).message);
    }
  }

  async #route(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // Not by URL: that would resolve the "..", which a key must not have.
    const pathname = (request.url ?? "/").split("?", 1)[0]!;
    if (request.method === "PUT") endWhenIdle(request, response, this.#options.idleMs ?? idleMs);
    const asset = request.method === "GET" ? await readAsset(pathname) : undefined;
    if (request.method === "GET" && pathname === "/feed") this.#feed(request, response);
    else if (asset !== undefined) {
      response.writeHead(200, { "content-type": asset.type, "cache-control": "no-cache" });
      response.end(asset.content);
    } else if (request.method === "PUT" && pathname === "/thresholds") {
      await this.#changeThresholds(request, response);
    } else if (request.method === "PUT" && pathname.startsWith("/objects/")) {
      await this.#upload(pathname.slice("/objects/".length), request, response);
    } else say(response, 404, `there is no ${request.method ?? ""} ${pathname} here`);
  }

  #feed(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { stack, bucket, folder, speed, feed } = this.#options;
    const prefixDepth = Number(stationsOf(stack).ingest.variables["BUCKET_PREFIX_DEPTH"]);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const write = ({ type, data }: Message) => {
      response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
      if (response.writableLength > maxUnreadBytes) response.destroy();
    };
    write({ type: "stack", data: { bucket, prefixDepth, speed, canUpload: folder !== undefined } });
    const stop = feed.listen(write);
    request.on("close", stop);
  }

  async #changeThresholds(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const { stack, feed, project } = this.#options;
    try {
      await stack.update(thresholdChange(project, await readJson(request)));
    } catch (error) {
      say(response, 400, refusalOf(error));
      return;
    }
    feed.thresholdsChanged();
    // The running emitter hands over to one that knows them, instead of at the next minute.
    stationsOf(stack)
      .emitter.invoke({})
      .catch(() => undefined);
    say(response, 200, "changed");
  }

  async #upload(
    encodedKey: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const { folder, stack, bucket } = this.#options;
    if (folder === undefined) {
      say(response, 409, "there is no folder to upload to: the events are recorded ones");
      return;
    }
    const key = decodeKey(encodedKey);
    await receiveObject(folder, key, request);
    const answer: Uploaded = { ignoredBy: ignoredBy(stack, bucket, key) };
    say(response, 201, JSON.stringify(answer));
  }
}
