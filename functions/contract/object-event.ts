import { valueText } from "./outside-text";

/** An S3 `Object Created` event about one version of one object, as far as the product needs it. */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  /** Bytes; 0 where the event does not say. */
  readonly size: number;
  /** Whole seconds, as S3 says it. */
  readonly time: Date;
  /** What tells this event from the others of the same key: see `identityOf`. */
  readonly identity: string;
}

/** What a message of the object queue is. */
export type Message =
  | { readonly kind: "object"; readonly event: ObjectEvent }
  /** A beat, with the time it was sent at, also after a redrive. */
  | { readonly kind: "heartbeat"; readonly sentAt: Date }
  /** Rightly here, and not counted. */
  | { readonly kind: "ignored"; readonly reason: "pattern" | "folder-placeholder" }
  /** Cannot be processed: ends in the dead-letter queue. */
  | { readonly kind: "rejected"; readonly reason: RejectionReason; readonly detail: string };

export type RejectionReason =
  "not-json" | "not-an-object-event" | "malformed" | "other-bucket" | "too-old";

/** What a message is judged by. */
export interface Intake {
  readonly bucket: string;
  /** True for keys that are not counted (`parseIgnorePatterns`). */
  readonly ignores: (key: string) => boolean;
  /** Object events before this moment are not guessed about: the ledger may have forgotten them. */
  readonly oldest: Date;
  /** Nothing was sent after this moment: a beat of the future would hide that later ones are missing. */
  readonly newest: Date;
}

/**
 * Judges one message body, in a time that grows with its length and no faster, whatever is in it.
 * Unknown fields never fail: S3 has added some over the years.
 */
export function parseMessage(body: string, intake: Intake): Message {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return rejected("not-json", `a body of ${body.length} characters`);
  }
  if (!isRecord(event)) return rejected("not-an-object-event", `a JSON ${typeName(event)}`);
  if (event["source"] === "aws.events" && event["detail-type"] === "Scheduled Event") {
    const sentAt = timeOf(event["time"], intake.newest);
    return sentAt ? { kind: "heartbeat", sentAt } : malformed("time", event["time"]);
  }
  if (event["source"] !== "aws.s3" || event["detail-type"] !== "Object Created") {
    const got = `source ${show(event["source"])}, detail-type ${show(event["detail-type"])}`;
    return rejected("not-an-object-event", got);
  }
  return parseObjectCreated(event, intake);
}

/** S3's limit, in bytes of UTF-8; an index of PostgreSQL takes no prefix that is much longer. */
const maxKeyBytes = 1024;
/** 1 PiB, many times S3's largest object: the sum of a batch stays far from a bigint's end. */
const maxSize = 2 ** 50;
/** S3's version ids have 1,024 bytes at most, its sequencers and EventBridge's ids some dozens. */
const maxIdentityCharacters = 1024;

function parseObjectCreated(created: Record<string, unknown>, intake: Intake): Message {
  const detail = isRecord(created["detail"]) ? created["detail"] : {};
  const bucket = isRecord(detail["bucket"]) ? detail["bucket"]["name"] : undefined;
  const object = isRecord(detail["object"]) ? detail["object"] : {};
  const { key, size = 0 } = object;

  if (typeof bucket !== "string") return malformed("detail.bucket.name", bucket);
  if (bucket !== intake.bucket) return rejected("other-bucket", show(bucket));
  if (typeof key !== "string" || key === "" || Buffer.byteLength(key) > maxKeyBytes) {
    return malformed("detail.object.key", key);
  }
  if (typeof size !== "number" || !Number.isInteger(size) || size < 0 || size > maxSize) {
    return malformed("detail.object.size", size);
  }
  if (intake.ignores(key)) return { kind: "ignored", reason: "pattern" };
  if (key.endsWith("/") && size === 0) return { kind: "ignored", reason: "folder-placeholder" };

  const time = timeOf(created["time"], intake.newest);
  if (!time) return malformed("time", created["time"]);
  if (time < intake.oldest) return rejected("too-old", show(created["time"]));
  const identity = identityOf(object, created["id"]);
  if (typeof identity !== "string") return identity;
  // S3's keys are UTF-8; a lone surrogate, which only a forged message has, cannot be stored as text.
  const event = { bucket, key: key.toWellFormed(), size, time, identity };
  return { kind: "object", event };
}

/**
 * Version id or none, and sequencer; without a sequencer, the event's own id. Sequencers differ in
 * length and case: two are equal when they are after lower-casing and dropping trailing zeros (S3
 * says to pad them on the right before comparing). Their order is not needed.
 */
function identityOf(object: Record<string, unknown>, id: unknown): string | Message {
  const { "version-id": version, sequencer } = object;
  if (typeof sequencer === "string" && sequencer !== "") {
    if (isTooLong(sequencer)) return tooLong("detail.object.sequencer", sequencer);
    const normal = withoutTrailingZeros(sequencer.toLowerCase());
    if (typeof version !== "string") return `s\0\0${normal}`;
    if (isTooLong(version)) return tooLong("detail.object.version-id", version);
    return `s\0${version}\0${normal}`;
  }
  if (typeof id !== "string" || id === "") {
    return malformed("detail.object.sequencer and id", undefined);
  }
  return isTooLong(id) ? tooLong("id", id) : `i\0${id}`;
}

/** By hand: for `/0+$/`, every zero that is followed by another digit begins a search of its own. */
function withoutTrailingZeros(text: string): string {
  let end = text.length;
  while (text[end - 1] === "0") end--;
  return text.slice(0, end);
}

function isTooLong(text: string): boolean {
  return text.length > maxIdentityCharacters;
}

/** S3's times are whole seconds: thousands of neighbours share one. */
let lastTime = { text: "", ms: NaN };

/** ISO 8601 with a year of four digits: `Date` knows years that PostgreSQL does not. */
function timeOf(value: unknown, newest: Date): Date | undefined {
  if (typeof value !== "string") return undefined;
  if (value !== lastTime.text) {
    lastTime = { text: value, ms: /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN };
  }
  const { ms } = lastTime;
  return ms >= 0 && ms <= newest.getTime() ? new Date(ms) : undefined;
}

function malformed(field: string, value: unknown): Message {
  return rejected("malformed", `${field} is ${show(value)}`);
}

function tooLong(field: string, text: string): Message {
  const allowed = `allowed are ${maxIdentityCharacters}`;
  return rejected("malformed", `${field} has ${text.length} characters, ${allowed}`);
}

function rejected(reason: RejectionReason, detail: string): Message {
  return { kind: "rejected", reason, detail };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function show(value: unknown): string {
  return value === undefined ? "missing" : valueText(value);
}
