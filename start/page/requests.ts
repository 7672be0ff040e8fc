import type * as http from "node:http";
import { BadKeyError } from "./receive-object";

const maxJsonBytes = 64 * 1024;

export function say(response: http.ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

export async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxJsonBytes) throw new Error(`more than ${maxJsonBytes} bytes were sent`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Error("what was sent is no JSON");
  }
}

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
    response.setHeader("connection", "close");
    response.once("finish", () => request.destroy());
    say(response, 408, `nothing was sent for ${idleMs / 1000} s, so this was ended: send it again`);
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
