import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { waitFor } from "../support/wait-for";

const root = path.resolve(__dirname, "../..");

/** `npm start -- …` on a pseudo-terminal of its own, with a folder for everything that is temporary. */
export class PseudoTerminal {
  output = "";
  readonly #folder: string;
  readonly #script: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(folder: string, ...args: string[]) {
    this.#folder = folder;
    const command = ["npm", "start", "--", ...args].join(" ");
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

  async ctrlC(): Promise<void> {
    this.#script.stdin!.write("\u0003");
    await this.#ended;
  }

  /** Whoever holds the other side of the terminal is gone. */
  async close(): Promise<void> {
    this.#script.kill("SIGKILL");
    await this.#ended;
  }

  /** Signals the processes whose command line contains a text. */
  async kill(signal: NodeJS.Signals, ...texts: string[]): Promise<void> {
    for (const { pid, command } of processesOf(this.#folder)) {
      if (texts.some((text) => command.includes(text))) process.kill(pid, signal);
    }
    await this.#ended;
  }
}

/** The processes that know a folder, by their environment or their command line. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  return fs.readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const [command, environment] = ["cmdline", "environ"].map((file) =>
        fs.readFileSync(`/proc/${name}/${file}`, "utf8").replaceAll("\0", " "),
      );
      const knows = command!.includes(folder) || environment!.includes(folder);
      return knows ? [{ pid: Number(name), command: command! }] : [];
    } catch {
      return []; // it has ended, or is another user's
    }
  });
}
