import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { LocalStack } from "../../local/stack";
import type { PageFeed } from "./feed";
import { ignoredBy } from "./ignored";
import type { Message, Uploaded } from "./messages";
import { readAsset } from "./read-asset";
import { BadKeyError, receiveObject } from "./receive-object";
import { decodeKey, endWhenIdle } from "./requests";
import { stationsOf } from "./stations";
import { securityHeaders, strangerOf } from "./strangers";
import { refusalOf, thresholdChange } from "./thresholds";

export interface PageOptions {
  readonly stack: LocalStack;
  readonly feed: PageFeed;
  /** Name of the Pulumi project, whose config is changed. */
  readonly project: string;
  readonly bucket: string;
  /** The bucket's folder; none: nothing can be uploaded. */
  readonly folder?: string;
  readonly speed: number;
  /** What is being sent, and has stopped for so long, is ended. @default 120000 */
  readonly idleMs?: number;
}

type Page = { Bindings: HttpBindings };
type Request = Context<Page>;

/** A page that does not read what it is told is let go; it comes back by itself, and gets a new state. */
const maxUnreadBytes = 16 * 1024 * 1024;
const maxJsonBytes = 64 * 1024;

/** What the page's server answers to whom. `url`: its address, as of the first request. */
export function pageRoutes(options: PageOptions, url: () => URL): Hono<Page> {
  // By the path as it was sent: a URL would resolve the "..", which a key must not have.
  const app = new Hono<Page>({
    getPath: (_request, on) => pathOf((on!.env as HttpBindings).incoming),
  });
  app.use(async (request, next) => {
    const { incoming, outgoing } = request.env;
    for (const [name, value] of Object.entries(securityHeaders)) outgoing.setHeader(name, value);
    const stranger = strangerOf(incoming, Number(url().port || 80));
    if (stranger !== undefined) {
      return say(request, 403, `this page is for ${url().origin} only, and not for ${stranger}`);
    }
    if (request.req.method === "PUT") endWhenIdle(incoming, outgoing, options.idleMs ?? 120_000);
    // Hono would take it for a GET.
    if (request.req.method === "HEAD") return notHere(request);
    await next();
    if (outgoing.headersSent) request.res = RESPONSE_ALREADY_SENT;
  });
  app.get("/feed", (request) => feed(request, options));
  app.get("*", async (request) => {
    const asset = await readAsset(request.req.path);
    if (!asset) return notHere(request);
    const { content, type } = asset;
    return request.body(content, 200, { "content-type": type, "cache-control": "no-cache" });
  });
  app.put(
    "/thresholds",
    bodyLimit({
      maxSize: maxJsonBytes,
      onError: (request) => say(request, 400, `more than ${maxJsonBytes} bytes were sent`),
    }),
    (request) => changeThresholds(request, options),
  );
  app.put("/objects/*", (request) => upload(request, options));
  app.notFound(notHere);
  app.onError((error, request) =>
    say(request, error instanceof BadKeyError ? 400 : 500, error.message),
  );
  return app;
}

function pathOf({ url = "/" }: HttpBindings["incoming"]): string {
  return url.split("?", 1)[0]!;
}

function say(request: Context, status: 200 | 201 | 400 | 403 | 404 | 409 | 500, text: string) {
  return request.text(`${text}\n`, status);
}

function notHere(request: Context): Response {
  return say(request, 404, `there is no ${request.req.method} ${request.req.path} here`);
}

/** Written by hand: what a page has not read yet must be known, and no stream of hono's says it. */
function feed({ env }: Request, { stack, bucket, folder, speed, feed }: PageOptions): Response {
  const { incoming, outgoing } = env;
  const prefixDepth = Number(stationsOf(stack).ingest.variables["BUCKET_PREFIX_DEPTH"]);
  outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const write = ({ type, data }: Message) => {
    outgoing.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (outgoing.writableLength > maxUnreadBytes) outgoing.destroy();
  };
  write({ type: "stack", data: { bucket, prefixDepth, speed, canUpload: folder !== undefined } });
  const stop = feed.listen(write);
  incoming.on("close", stop);
  return RESPONSE_ALREADY_SENT;
}

async function changeThresholds(request: Request, options: PageOptions): Promise<Response> {
  const { stack, feed, project } = options;
  try {
    const sent: unknown = await request.req.json().catch(() => {
      throw new Error("what was sent is no JSON");
    });
    await stack.update(thresholdChange(project, sent));
  } catch (error) {
    return say(request, 400, refusalOf(error));
  }
  feed.thresholdsChanged();
  // The running emitter hands over to one that knows them, instead of at the next minute.
  stationsOf(stack)
    .emitter.invoke({})
    .catch(() => undefined);
  return say(request, 200, "changed");
}

async function upload(request: Request, options: PageOptions): Promise<Response> {
  const { folder, stack, bucket } = options;
  if (folder === undefined) {
    return say(request, 409, "there is no folder to upload to: the events are recorded ones");
  }
  const key = decodeKey(request.req.path.slice("/objects/".length));
  await receiveObject(folder, key, request.env.incoming);
  const answer: Uploaded = { ignoredBy: ignoredBy(stack, bucket, key) };
  return say(request, 201, JSON.stringify(answer));
}
