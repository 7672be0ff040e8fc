import type { LocalStack } from "../../local";
import { randomOf } from "../support/random";
import { Uploads } from "./uploads";

/** Messages a second, as many as two cores serve with room for what a test does beside it. */
const ticksPerSecond = 20;
const messagesPerTick = 10;
const prefixes = 24;

interface Sent {
  readonly key: string;
  readonly size: number;
  readonly sequencer: string;
}

/**
 * A steady upload over some dozens of prefixes: one message in ten is a second copy of an earlier
 * one, one object in ten another version of an earlier one. Keeps what was uploaded.
 */
export class Load {
  /** All its prefixes begin with this. */
  readonly root: string;
  readonly uploads = new Uploads();
  readonly #stack: LocalStack;
  readonly #random = randomOf(1);
  readonly #sent: Sent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(stack: LocalStack, name: string) {
    this.#stack = stack;
    this.root = `${name}/`;
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (let n = 0; n < messagesPerTick; n++) this.#sendOne();
    }, 1000 / ticksPerSecond);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Uploads so many objects at once, under a prefix of their own. */
  upload(run: string, count: number): void {
    for (let n = 0; n < count; n++) this.#uploadNew(`${this.root}${run}/`);
  }

  #sendOne(): void {
    const kind = this.#sent.length === 0 ? 1 : this.#random();
    if (kind < 0.1) this.#put(this.#earlier());
    else if (kind < 0.2) this.#upload(this.#earlier().key);
    else this.#uploadNew(`${this.root}run-${Math.floor(this.#random() * prefixes)}/`);
  }

  #earlier(): Sent {
    return this.#sent[Math.floor(this.#random() * this.#sent.length)]!;
  }

  #uploadNew(prefix: string): void {
    this.#upload(`${prefix}file-${this.#sent.length}`);
  }

  #upload(key: string): void {
    const number = this.#sent.length;
    // Trailing zeros of a sequencer mean nothing: hence the last digit.
    const sent = { key, size: number, sequencer: `${number.toString(16)}F` };
    this.#sent.push(sent);
    this.uploads.add(key.slice(0, key.lastIndexOf("/") + 1), key, sent.size);
    this.#put(sent);
  }

  /** As S3 does, with an id of its own every time. */
  #put(object: Sent): void {
    this.#stack.put({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: "edp-monitor-dev" }, object, reason: "PutObject" },
    });
  }
}
