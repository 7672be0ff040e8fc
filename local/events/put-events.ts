import { randomUUID } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { busEvent, type EventBus } from "./bus";

/** One entry of PutEvents, as the SDK sends it. */
export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: string[];
  readonly Time?: number;
  readonly EventBusName?: string;
}

export interface PutEventsCall {
  /** The access key that signed the call: who it is. */
  readonly accessKey: string;
  readonly entries: readonly PutEventsEntry[];
}

/** What a test does to a call: fails entries by their place, or the whole call, before or after it acted. */
export interface PutEventsFault {
  readonly failEntries?: readonly number[];
  readonly failCall?: { readonly status: number; readonly type: string };
  /** The events are put, the answer is lost. */
  readonly loseAnswer?: boolean;
  readonly delayMs?: number;
}

export interface PutEventsOptions {
  readonly findBus: (nameOrArn: string) => EventBus | undefined;
  /** Judges all entries of a call to one bus together, as IAM does. */
  readonly isAllowed: (
    accessKey: string,
    bus: EventBus,
    entries: readonly PutEventsEntry[],
  ) => boolean;
  readonly place: { readonly account: string; readonly region: string };
}

/** PutEvents' limits (EventBridge API reference). */
const maxEntries = 10;
const maxBytes = 1024 * 1024;

interface EntryWithBus {
  readonly entry: PutEventsEntry;
  readonly bus: EventBus | undefined;
}

class CallError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** PutEvents as an HTTP endpoint on the loopback address, for the SDK in the bundles. */
export class PutEventsEndpoint {
  readonly #options: PutEventsOptions;
  readonly #server: http.Server;
  /** Asked before every call; a test puts its faults here. */
  fault: (call: PutEventsCall) => PutEventsFault | undefined = () => undefined;

  constructor(options: PutEventsOptions) {
    this.#options = options;
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const body = await textOf(request);
      if (request.headers["x-amz-target"] !== "AWSEvents.PutEvents") {
        throw new CallError("UnknownOperationException", "the local endpoint knows only PutEvents");
      }
      const call = {
        accessKey: /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "",
        entries: entriesOf(body),
      };
      const fault = this.fault(call);
      if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      if (fault?.failCall)
        throw new CallError(fault.failCall.type, "asked for", fault.failCall.status);
      const answer = this.#put(call, fault?.failEntries ?? []);
      if (fault?.loseAnswer) request.socket.destroy();
      else reply(response, 200, answer);
    } catch (error) {
      const { type = "InternalException", message, status = 500 } = error as Partial<CallError>;
      reply(response, status, { __type: type, message });
    }
  }

  #put({ accessKey, entries }: PutEventsCall, failing: readonly number[]) {
    const { findBus, place } = this.#options;
    const withBuses = entries.map((entry) => ({
      entry,
      bus: findBus(entry.EventBusName ?? "default"),
    }));
    this.#authorize(accessKey, withBuses);
    const answers = withBuses.map(({ bus, entry }, index) => {
      if (failing.includes(index)) {
        return { ErrorCode: "ThrottlingException", ErrorMessage: "asked for" };
      }
      const wrong = wrongEntry(entry);
      if (wrong) return wrong;
      const event = busEvent(
        {
          source: entry.Source!,
          "detail-type": entry.DetailType!,
          detail: JSON.parse(entry.Detail!) as unknown,
          resources: entry.Resources ?? [],
          ...(entry.Time === undefined
            ? {}
            : { time: `${new Date(entry.Time * 1000).toISOString().slice(0, 19)}Z` }),
        },
        place,
      );
      bus?.put(event); // like EventBridge, which accepts events for a bus that is not there
      return { EventId: event.id };
    });
    return {
      FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length,
      Entries: answers,
    };
  }

  /** A call that is denied on one of its buses puts nothing. */
  #authorize(accessKey: string, withBuses: readonly EntryWithBus[]): void {
    for (const bus of new Set(withBuses.flatMap((one) => one.bus ?? []))) {
      const entries = withBuses.filter((one) => one.bus === bus).map(({ entry }) => entry);
      if (this.#options.isAllowed(accessKey, bus, entries)) continue;
      const { sources, detailTypes } = kindsOf(entries);
      throw new CallError(
        "AccessDeniedException",
        `${accessKey} is not authorized to perform: events:PutEvents on resource: ${bus.arn} ` +
          `with the sources ${listed(sources)} and the detail-types ${listed(detailTypes)}`,
      );
    }
  }
}

/** Sources and detail-types of a call, one of every entry that has one. */
export function kindsOf(entries: readonly PutEventsEntry[]) {
  return {
    sources: entries.flatMap(({ Source }) => Source || []),
    detailTypes: entries.flatMap(({ DetailType }) => DetailType || []),
  };
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? "none" : [...new Set(texts)].join(", ");
}

function entriesOf(body: string): PutEventsEntry[] {
  const { Entries: entries = [] } = parse(body) as { Entries?: PutEventsEntry[] };
  if (entries.length < 1 || entries.length > maxEntries) {
    throw new CallError(
      "ValidationException",
      `${entries.length} entries, allowed are 1 to ${maxEntries} in a call`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + entrySize(entry), 0);
  if (bytes >= maxBytes) {
    throw new CallError(
      "ValidationException",
      `total size of the entries is ${bytes} bytes, allowed are fewer than ${maxBytes}`,
    );
  }
  return entries;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new CallError("SerializationException", "the call is not JSON");
  }
}

/** As EventBridge counts: 14 bytes for a time, and the bytes of the texts. */
function entrySize({
  Time,
  Source = "",
  DetailType = "",
  Detail = "",
  Resources = [],
}: PutEventsEntry) {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function wrongEntry({ Source, DetailType, Detail }: PutEventsEntry) {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => !value);
  if (missing) return { ErrorCode: "InvalidArgument", ErrorMessage: `${missing[0]} is missing` };
  if (Source!.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "sources that begin with aws. are AWS's own",
    };
  }
  try {
    const detail: unknown = JSON.parse(Detail!);
    if (typeof detail === "object" && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // falls through
  }
  return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed" };
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function reply(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}
