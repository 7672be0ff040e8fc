import { gunzipSync } from "node:zlib";
import { fromNotification } from "./notification";

/** A recorded event, as EventBridge delivered it. */
export interface RecordedEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
}

/** An event that was found, or why there is none. */
export type Found = { readonly event: RecordedEvent } | { readonly problem: string };

/** A record in a message in a record: no service nests more. */
const deepest = 8;

/**
 * The events in a value: itself, or what SQS, SNS, Lambda, CloudWatch Logs or PutEvents wrapped around
 * them, in each other where that is so. S3's own notifications become the events that EventBridge has.
 */
export function unwrap(value: unknown, depth = 0): Found[] {
  if (depth > deepest) return [{ problem: `is wrapped more than ${deepest} times` }];
  if (typeof value === "string") {
    const inner = parsed(value);
    return inner === undefined
      ? [{ problem: "has a text inside that is not JSON" }]
      : unwrap(inner, depth + 1);
  }
  if (Array.isArray(value)) return value.flatMap((one) => unwrap(one, depth + 1));
  if (typeof value !== "object" || value === null) return [{ problem: noEvent }];
  const record = value as Record<string, unknown>;
  if (isEvent(record)) return [{ event: record }];
  for (const open of wrappers) {
    const inside = open(record);
    if (inside !== undefined) return unwrap(inside, depth + 1);
  }
  if (record["Event"] === "s3:TestEvent")
    return [{ problem: "is S3's test message, for no object" }];
  return [{ problem: noEvent }];
}

const noEvent = "is no event: it needs source, detail-type and detail";

function isEvent(
  record: Record<string, unknown>,
): record is Record<string, unknown> & RecordedEvent {
  const { source, "detail-type": detailType, detail } = record;
  return typeof source === "string" && typeof detailType === "string" && detail !== undefined;
}

/** What is inside of a wrapper; undefined where it is none of that kind. */
type Wrapper = (record: Record<string, unknown>) => unknown;

const wrappers: Wrapper[] = [
  fromNotification,
  // Lambda's events of SQS and SNS; S3's notifications.
  ({ Records }) => list(Records),
  ({ eventSource, body }) => (eventSource === "aws:sqs" ? body : undefined),
  ({ Sns }) => Sns,
  // SNS's notification, also as it lies in a queue.
  ({ Type, Message }) =>
    Type === "Notification" || Type === undefined ? text(Message) : undefined,
  // `aws sqs receive-message`
  ({ Messages }) => list(Messages),
  ({ Body }) => text(Body),
  // What a Lambda logs of its event, and where a failed invocation goes.
  ({ event }) => object(event),
  ({ requestPayload }) => object(requestPayload),
  // A subscription of CloudWatch Logs, and what it unpacks to.
  ({ awslogs }) => logData(awslogs),
  ({ logEvents }) => list(logEvents),
  // `aws logs filter-log-events`, `get-log-events`, and a query's results
  ({ events }) => list(events),
  ({ results }) => list(results)?.map(messageOfRow),
  ({ message }) => text(message),
  // `aws events put-events`
  ({ Entries }) => list(Entries),
  ({ Source, DetailType, Detail, ...rest }) =>
    typeof Source === "string" && typeof DetailType === "string" && typeof Detail === "string"
      ? { source: Source, "detail-type": DetailType, detail: parsed(Detail), ...entryRest(rest) }
      : undefined,
];

function list(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function object(value: unknown): object | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}

function logData(awslogs: unknown): unknown {
  const { data } = (object(awslogs) ?? {}) as { data?: unknown };
  if (typeof data !== "string") return undefined;
  try {
    return gunzipSync(Buffer.from(data, "base64"), { maxOutputLength: maxLogBytes }).toString();
  } catch {
    return "what is not gzip"; // said as a text that is not JSON
  }
}

/** CloudWatch Logs sends 6 MB at the most: what unpacks to more is none of its own. */
const maxLogBytes = 100_000_000;

function messageOfRow(row: unknown): unknown {
  const cells = (list(row) ?? []) as { field?: string; value?: string }[];
  return cells.find(({ field }) => field === "@message")?.value ?? row;
}

function entryRest({ Time, Resources }: Record<string, unknown>) {
  return {
    ...(Time === undefined ? {} : { time: Time }),
    ...(Resources === undefined ? {} : { resources: Resources }),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
