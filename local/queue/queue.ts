import { createHash, randomUUID } from "node:crypto";

export interface QueueSpec {
  readonly arn: string;
  readonly url: string;
  /** Seconds, by the clock of the machine. */
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  firstReceivedAt?: number;
  receiveCount: number;
  visibleAt: number;
}

/** A record as Lambda's event source mapping hands it on. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Record<string, string>;
  readonly messageAttributes: Record<string, never>;
  readonly md5OfBody: string;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** The body of a standard SQS queue, in memory: at-least-once, unordered after a failure. */
export class LocalQueue {
  readonly spec: QueueSpec;
  /** JSON of its policy, once there is one. */
  policy: string | undefined;
  readonly #messages = new Map<string, Message>();
  readonly #listeners = new Set<() => void>();
  readonly #deadLetterQueue: () => LocalQueue | undefined;

  constructor(spec: QueueSpec, deadLetterQueue: () => LocalQueue | undefined) {
    this.spec = spec;
    this.#deadLetterQueue = deadLetterQueue;
  }

  send(body: string, sentAt = Date.now(), id: string = randomUUID()): string {
    this.#messages.set(id, { id, body, sentAt, receiveCount: 0, visibleAt: 0 });
    this.#listeners.forEach((listener) => listener());
    return id;
  }

  /** Takes up to `count` visible messages and hides them; moves used-up ones to the dead letters. */
  receive(count: number): QueueRecord[] {
    const now = Date.now();
    const records: QueueRecord[] = [];
    for (const message of this.#messages.values()) {
      if (records.length === count) break;
      if (message.visibleAt > now) continue;
      if (now - message.sentAt > this.spec.retentionSeconds * 1000) {
        this.#messages.delete(message.id);
      } else if (message.receiveCount >= (this.spec.redrive?.maxReceiveCount ?? Infinity)) {
        this.#messages.delete(message.id);
        this.#deadLetterQueue()?.send(message.body, message.sentAt, message.id);
      } else {
        message.receiveCount++;
        message.firstReceivedAt ??= now;
        message.visibleAt = now + this.spec.visibilitySeconds * 1000;
        records.push(this.#recordOf(message));
      }
    }
    return records;
  }

  delete(ids: Iterable<string>): void {
    for (const id of ids) this.#messages.delete(id);
  }

  /** Messages in the queue, hidden ones included. */
  get size(): number {
    return this.#messages.size;
  }

  /** Messages that can be received now. */
  get visible(): number {
    const now = Date.now();
    return [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= now).length;
  }

  /** What is in the queue, without receiving it. */
  bodies(): string[] {
    return this.peek().map(({ body }) => body);
  }

  /** The messages themselves, oldest first. */
  peek(): { readonly id: string; readonly body: string; readonly sentAt: number }[] {
    return [...this.#messages.values()];
  }

  /** Calls back at every message sent; returns what ends that. */
  onMessage(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #recordOf(message: Message): QueueRecord {
    return {
      messageId: message.id,
      receiptHandle: randomUUID(),
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt),
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
        SenderId: "events.amazonaws.com",
      },
      messageAttributes: {},
      md5OfBody: createHash("md5").update(message.body).digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: this.spec.arn,
      awsRegion: this.spec.arn.split(":")[3] ?? "",
    };
  }
}
