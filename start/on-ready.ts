import { spawn, type ChildProcess } from "node:child_process";
import type { Output } from "./terminal";

/** The shell's children are in its group, and end with it. */
const hasGroups = process.platform !== "win32";
/** Of a command that is asked to end. */
const patienceMs = 5_000;

/**
 * Hands announcements to a command of the user's, on its standard input, one after the other in the order
 * of their arrival. A command that fails is told, and not run again.
 */
export class OnReady {
  readonly #command: string;
  readonly #output: Output;
  #last: Promise<void> = Promise.resolve();
  #running: ChildProcess | undefined;
  #isStopped = false;

  constructor(command: string, output: Output) {
    this.#command = command;
    this.#output = output;
    // A second Ctrl-C is not waited for.
    process.once("exit", () => this.#kill("SIGKILL"));
  }

  /** `message` is the event as JSON. */
  hand(message: string): void {
    this.#last = this.#last.then(() => this.#run(message));
  }

  /** Resolves when every command that was begun or waits has ended. */
  async end(): Promise<void> {
    await this.#last;
  }

  /** Ends the command that runs, with what it has started, and runs no more. */
  stop(): void {
    this.#isStopped = true;
    this.#kill("SIGTERM");
    setTimeout(() => this.#kill("SIGKILL"), patienceMs).unref();
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#running ?? {};
    if (pid === undefined) return;
    try {
      process.kill(hasGroups ? -pid : pid, signal);
    } catch {
      // It has ended.
    }
  }

  async #run(message: string): Promise<void> {
    if (this.#isStopped) return;
    const { prefix, batchId } = (JSON.parse(message) as { detail: Record<string, string> }).detail;
    await new Promise<void>((resolve) => {
      const child = spawn(this.#command, { shell: true, detached: hasGroups });
      this.#running = child;
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (said: Buffer) => this.#output.textStream.write(said));
      }
      // Who does not read it has no use for it.
      child.stdin.on("error", () => undefined).end(`${message}\n`);
      child.once("error", ({ message: problem }) => failed(problem));
      child.once("close", (code, signal) => {
        this.#running = undefined; // its id may become another's
        if (code === 0 || this.#isStopped) resolve();
        else failed(signal === null ? `ended with ${code}` : `was ended by ${signal}`);
      });
      const failed = (problem: string) => {
        this.#output.problem(`--on-ready ${problem}, for ${prefix} (batchId ${batchId})`);
        resolve();
      };
    });
  }
}
