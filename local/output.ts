import { styleText } from "node:util";
import type { LogLine } from "./log";

type Style = Parameters<typeof styleText>[0];

/** What the user sees: plain text, with colours on a terminal alone. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  readonly #verbose: boolean;

  constructor(stream: NodeJS.WriteStream = process.stdout, verbose = false) {
    this.#stream = stream;
    this.#verbose = verbose;
    // `npm start | head`: whoever read has gone, which is no failure of the stack.
    stream.on("error", () => undefined);
  }

  line(text = ""): void {
    this.#stream.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(this.#styled("bold", text));
  }

  fact(name: string, value: string): void {
    this.line(`  ${name.padEnd(11)} ${this.#styled("cyan", value)}`);
  }

  problem(text: string): void {
    this.line(this.#styled("red", text));
  }

  /** One announcement: a summary line, then the event. */
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
    const { prefix, trigger, fileCount, totalBytes, held } = event.detail;
    const files = `${fileCount} file${fileCount === 1 ? "" : "s"}`;
    const summary = `${prefix || "(the bucket's root)"}  ${files}, ${totalBytes} bytes, by ${trigger}`;
    this.line();
    this.line(this.#styled(["bold", "green"], `ready  ${summary}${held ? ", held" : ""}`));
    this.line(JSON.stringify(event, null, 2));
  }

  /** A line of a Lambda or of the stack; quiet ones are for --verbose. */
  log({ level, from, text }: LogLine): void {
    if (level === "info" && !this.#verbose) return;
    const line = `${from}: ${level === "info" ? text : essence(text)}`;
    this.line(this.#styled(level === "error" ? "red" : level === "warn" ? "yellow" : "dim", line));
  }

  #styled(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stream });
  }
}

/** What a structured line says, without what the logger adds to every line. */
function essence(text: string): string {
  try {
    const { message, ...fields } = JSON.parse(text) as Record<string, unknown>;
    const added = /^(level|timestamp|service|cold_start|function_|sampling_rate|xray_trace_id)/;
    const rest = Object.entries(fields).filter(([name]) => !added.test(name));
    const details = rest.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ");
    return details === "" ? String(message) : `${String(message)} (${details})`;
  } catch {
    return text;
  }
}
