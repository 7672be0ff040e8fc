// Asks a server as any program can, with whatever headers.
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface AskOptions {
  readonly body?: string;
  readonly headers?: http.OutgoingHttpHeaders;
}

export function askServer(
  url: string,
  method: string,
  target: string,
  { body = "", headers = {} }: AskOptions = {},
): Promise<Answer> {
  const { request, answer } = beginRequest(url, method, target, headers);
  request.end(body);
  return answer;
}

/** A request whose body is still to be written. */
export function beginRequest(
  url: string,
  method: string,
  target: string,
  headers: http.OutgoingHttpHeaders = {},
): { request: http.ClientRequest; answer: Promise<Answer> } {
  const { port } = new URL(url);
  const request = http.request({ host: "127.0.0.1", port, method, path: target, headers });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () =>
        resolve({ status: response.statusCode!, text, headers: response.headers }),
      );
    });
  });
  return { request, answer };
}

/** All files of a folder, by their paths in it. */
export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => path.relative(folder, path.join(one.parentPath, one.name)));
}
