import type * as http from "node:http";
import { BadKeyError } from "./receive-object";

/**
 * Ends a request of which nothing has come for so long: answers it in words, then lets the connection
 * go. However long it takes as a whole is no matter.
 */
export function endWhenIdle(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  idleMs: number,
): void {
  // Once all has come, answering may take its time.
  request.once("end", () => {
    if (!response.writableEnded) request.setTimeout(0);
  });
  request.setTimeout(idleMs, () => {
    // It was answered, refused as a rule, before all had come.
    if (response.headersSent) {
      request.destroy();
      return;
    }
    response.once("finish", () => request.destroy());
    response.writeHead(408, { connection: "close", "content-type": "text/plain; charset=utf-8" });
    response.end(`nothing was sent for ${idleMs / 1000} s, so this was ended: send it again\n`);
  });
}

/** Each segment is encoded by itself. Throws a BadKeyError. */
export function decodeKey(encoded: string): string {
  try {
    return encoded
      .split("/")
      .map((segment) => {
        const name = decodeURIComponent(segment);
        if (name.includes("/")) throw new BadKeyError(`the key has a "/" that is encoded`);
        return name;
      })
      .join("/");
  } catch (error) {
    if (error instanceof BadKeyError) throw error;
    throw new BadKeyError(`the key ${JSON.stringify(encoded)} is not encoded as an address`);
  }
}
