import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** A PutEvents that takes its time, and says what arrived. */
export interface PutEventsEndpoint {
  readonly url: string;
  /** Entries that were answered so far. */
  readonly entries: number;
  close(): void;
}

/** Answers every call after `delayMs`; `onEntries` is told how many entries there are by then. */
export async function startPutEvents(
  delayMs: number,
  onEntries: (entries: number) => void,
): Promise<PutEventsEndpoint> {
  let entries = 0;
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { Entries } = JSON.parse(Buffer.concat(parts).toString()) as { Entries: unknown[] };
      setTimeout(() => {
        entries += Entries.length;
        response.setHeader("content-type", "application/x-amz-json-1.1");
        response.end(
          JSON.stringify({
            FailedEntryCount: 0,
            Entries: Entries.map((_, i) => ({ EventId: `${i}` })),
          }),
        );
        onEntries(entries);
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get entries() {
      return entries;
    },
    close: () => server.close(),
  };
}
