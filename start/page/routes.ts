import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { LocalStack } from "../../local/stack";
import type { PageFeed } from "./feed";
import { ignoredBy } from "./ignored";
import type { Message, Uploaded } from "./messages";
import { readAsset } from "./read-asset";
import { BadKeyError, receiveObject } from "./receive-object";
import {
  decodeKey,
  endWhenIdle,
  say,
  unwrapPath,
  type PageContext,
  type PageEnv,
} from "./requests";
import { stationsOf } from "./stations";
import { forThePageOnly } from "./strangers";
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

/** A page that does not read what it is told is let go; it comes back by itself, and gets a new state. */
const maxUnreadBytes = 16 * 1024 * 1024;
const maxJsonBytes = 64 * 1024;

export function pageRoutes(options: PageOptions): Hono<PageEnv> {
  const app = new Hono<PageEnv>({ getPath: unwrapPath });
  app.use(forThePageOnly);
  // Hono would take HEAD for a GET, which the feed never ends.
  app.use(async (c, next) => (c.req.method === "HEAD" ? c.notFound() : next()));
  app.put("*", endWhenIdle(options.idleMs ?? 120_000));
  app.get("/feed", (c) => sendFeed(c, options));
  app.put("/thresholds", limitJson, (c) => changeThresholds(c, options));
  app.put("/objects/:key{.*}", (c) => upload(c, options));
  app.get("*", sendAsset);
  app.notFound((c) => say(c, 404, `there is no ${c.req.method} ${c.req.path} here`));
  app.onError((error, c) => say(c, error instanceof BadKeyError ? 400 : 500, error.message));
  return app;
}

/** Not by Hono's stream of events, which keeps whatever a page does not read. */
function sendFeed({ env: { outgoing } }: PageContext, options: PageOptions): Response {
  const { stack, bucket, folder, speed, feed } = options;
  const prefixDepth = Number(stationsOf(stack).ingest.variables["BUCKET_PREFIX_DEPTH"]);
  outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const write = ({ type, data }: Message) => {
    outgoing.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (outgoing.writableLength > maxUnreadBytes) outgoing.destroy();
  };
  write({ type: "stack", data: { bucket, prefixDepth, speed, canUpload: folder !== undefined } });
  outgoing.on("close", feed.listen(write));
  return RESPONSE_ALREADY_SENT;
}

async function sendAsset(c: PageContext): Promise<Response> {
  const asset = await readAsset(c.req.path);
  if (asset === undefined) return c.notFound();
  return c.body(asset.content, 200, { "content-type": asset.type, "cache-control": "no-cache" });
}

const limitJson = bodyLimit({
  maxSize: maxJsonBytes,
  onError: (c) => say(c, 400, `more than ${maxJsonBytes} bytes were sent`),
});

async function changeThresholds(
  c: PageContext,
  { stack, feed, project }: PageOptions,
): Promise<Response> {
  try {
    const sent: unknown = await c.req.json().catch(() => {
      throw new Error("what was sent is no JSON");
    });
    await stack.update(thresholdChange(project, sent));
  } catch (error) {
    return say(c, 400, refusalOf(error));
  }
  feed.thresholdsChanged();
  // The running emitter hands over to one that knows them, instead of at the next minute.
  const { emitter } = stationsOf(stack);
  emitter.invoke({}).catch(() => undefined);
  return say(c, 200, "changed");
}

async function upload(c: PageContext, { folder, stack, bucket }: PageOptions): Promise<Response> {
  if (folder === undefined) {
    return say(c, 409, "there is no folder to upload to: the events are recorded ones");
  }
  // Of the path as it was sent: Hono decodes a parameter.
  const key = decodeKey(c.req.path.slice("/objects/".length));
  await receiveObject(folder, key, c.env.incoming);
  const answer: Uploaded = { ignoredBy: ignoredBy(stack, bucket, key) };
  return say(c, 201, JSON.stringify(answer));
}
