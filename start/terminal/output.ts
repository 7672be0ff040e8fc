import { styleText } from "node:util";
import type { LogLine } from "../../local/log";
import { readableLine } from "./log-text";
import { printable } from "./printable";

type Style = Parameters<typeof styleText>[0];

export interface OutputOptions {
  /** Shows every line of the Lambdas. @default false */
  readonly verbose?: boolean;
  /** Announcements as JSON, one a line, alone on standard output; the rest on standard error. @default false */
  readonly json?: boolean;
}

/** What the user sees: plain text, with colours only on a terminal. Whatever is said is made printable. */
export class Output {
  readonly #verbose: boolean;
  readonly #json: NodeJS.WriteStream | undefined;
  readonly #text: NodeJS.WriteStream;

  constructor(
    { verbose = false, json = false }: OutputOptions = {},
    { stdout, stderr }: Pick<NodeJS.Process, "stdout" | "stderr"> = process,
  ) {
    this.#verbose = verbose;
    this.#json = json ? stdout : undefined;
    this.#text = json ? stderr : stdout;
    // `npm start | head`, or a terminal that was closed: whoever read has gone, which is no failure.
    for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  }

  /** Where there may be lines that are no JSON. */
  get textStream(): NodeJS.WriteStream {
    return this.#text;
  }

  line(text = ""): void {
    this.#write(undefined, text);
  }

  heading(text: string): void {
    this.#write("bold", text);
  }

  fact(name: string, value: string): void {
    this.#text.write(`  ${name.padEnd(11)} ${this.#styled("cyan", printable(value))}\n`);
  }

  warning(text: string): void {
    this.#write("yellow", text);
  }

  problem(text: string): void {
    this.#write("red", text);
  }

  /** One line: for people, or the event. */
  announcement(message: string): void {
    const event = JSON.parse(message) as {
      detail: {
        prefix: string;
        trigger: string;
        fileCount: number;
        totalBytes: number;
        held: boolean;
      };
    };
    this.#json?.write(`${JSON.stringify(event)}\n`);
    const { prefix, trigger, fileCount, totalBytes, held } = event.detail;
    const files = `${fileCount.toLocaleString("en")} file${fileCount === 1 ? "" : "s"}`;
    const summary = `${prefix || "(the bucket's root)"}  ${files}, ${inBytes(totalBytes)}, by ${trigger}`;
    this.#write(["bold", "green"], `ready  ${summary}${held ? ", held" : ""}`);
  }

  /** A line of a Lambda or of the stack; quiet ones are for --verbose. */
  log({ level, from, text }: LogLine): void {
    if (level === "info" && !this.#verbose) return;
    const style = level === "error" ? "red" : level === "warn" ? "yellow" : "dim";
    this.#write(style, `${from}: ${readableLine(text)}`);
  }

  /** One line, whatever is in it. */
  #write(style: Style | undefined, text: string): void {
    const line = printable(text);
    this.#text.write(`${style === undefined ? line : this.#styled(style, line)}\n`);
  }

  #styled(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#text });
  }
}

/** Exact while it is short, then in the largest unit that fits. */
function inBytes(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toLocaleString("en")} byte${bytes === 1 ? "" : "s"}`;
  const unit = Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${(bytes / 1000 ** unit).toFixed(1)} ${units[unit]!}`;
}

const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
