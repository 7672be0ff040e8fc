import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type * as http from "node:http";
import { BadKeyError } from "./receive-object";

export type PageEnv = { Bindings: HttpBindings };
export type PageContext = Context<PageEnv>;
export type PageHandler = MiddlewareHandler<PageEnv>;

const anyOrigin = "http://page/";

/**
 * Has Hono see the path as it was sent. Of the target itself it would make a URL: without the "..", which
 * a key must not have, and with an answer of its own where it cannot.
 */
export function wrapPath(request: http.IncomingMessage): http.IncomingMessage {
  request.url = anyOrigin + encodeURIComponent(request.url!.split("?", 1)[0]!);
  return request;
}

export function unwrapPath({ url }: Request): string {
  return decodeURIComponent(url.slice(anyOrigin.length));
}

export function say(c: Context, status: ContentfulStatusCode, text: string): Response {
  return c.body(`${text}\n`, status, { "content-type": "text/plain; charset=utf-8" });
}

/**
 * Ends a request of which nothing has come for so long: answers it in words, then lets the connection
 * go. However long it takes as a whole is no matter.
 */
export function endWhenIdle(idleMs: number): PageHandler {
  return (c, next) => {
    const { incoming, outgoing } = c.env;
    // Once all has come, answering may take its time.
    incoming.once("end", () => outgoing.writableEnded || incoming.setTimeout(0));
    const idle = new Promise<Response>((resolve) => {
      incoming.setTimeout(idleMs, () => {
        // It was answered, refused as a rule, before all had come.
        if (outgoing.headersSent) return void incoming.destroy();
        outgoing.once("finish", () => incoming.destroy());
        c.header("connection", "close");
        const text = `nothing was sent for ${idleMs / 1000} s, so this was ended: send it again`;
        resolve(say(c, 408, text));
      });
    });
    return Promise.race([next(), idle]);
  };
}

/** Each segment is encoded by itself. Throws a BadKeyError. */
export function decodeKey(encoded: string): string {
  if (/%2f/i.test(encoded)) throw new BadKeyError(`the key has a "/" that is encoded`);
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new BadKeyError(`the key ${JSON.stringify(encoded)} is not encoded as an address`);
  }
}
