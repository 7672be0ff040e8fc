import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { processesOf } from "../support/processes";
import { waitFor } from "../../support/wait-for";

const root = path.resolve(__dirname, "../..");

/** `npm start -- …` on a pseudo-terminal of its own, with a folder for everything that is temporary. */
export class PseudoTerminal {
  output = "";
  readonly #folder: string;
  readonly #script: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(folder: string, ...args: string[]) {
    this.#folder = folder;
    // The shell goes on after npm, as a user's does: what ends with npm does not end with the terminal.
    const command = `${["npm", "start", "--", ...args].join(" ")}; ${afterwards}`;
    // util-linux's: it makes the terminal, and passes on what it reads as if it were typed.
    this.#script = spawn("script", ["--quiet", "--flush", "--command", command, "/dev/null"], {
      cwd: root,
      env: { ...process.env, TMPDIR: folder },
    });
    this.#script.stdout!.on("data", (text: Buffer) => (this.output += text.toString()));
    this.#script.stdin!.on("error", () => undefined);
    this.#ended = once(this.#script, "close");
  }

  async says(text: string): Promise<void> {
    await waitFor(
      () => `${text} in: ${this.output}`,
      () => this.output.includes(text),
    );
  }

  ctrlC(): void {
    this.#script.stdin!.write("\u0003");
  }

  /** Whoever holds the other side of the terminal is gone. */
  async close(): Promise<void> {
    this.#script.kill("SIGKILL");
    await this.#ended;
  }

  /** Signals those processes of `npm start` whose command line begins with, or has, one of the texts. */
  kill(signal: NodeJS.Signals, ...patterns: RegExp[]): void {
    const wanted = processesOf(this.#folder).filter(({ command }) =>
      patterns.some((pattern) => pattern.test(command)),
    );
    if (wanted.length < patterns.length) throw new Error(`${patterns.join()} do not all run`);
    for (const { pid } of wanted) process.kill(pid, signal);
  }
}

/** Stays on the terminal when `npm start` has ended. */
const afterwards = "exec sleep 86400";

/** Whether a process is the terminal itself, with its shell. */
export function isTerminal(command: string): boolean {
  return command.includes(afterwards) || command.startsWith("sleep 86400");
}
