import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as path from "node:path";
import { Lines } from "../lines";

/** What a function's process is made of. */
export interface ContainerSpec {
  /** The function's name, for error texts. */
  readonly name: string;
  /** Folder of the bundle. */
  readonly code: string;
  readonly environment: Record<string, string>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly onLine: (line: string) => void;
}

/** A failed invocation, as Lambda reports it. */
export class InvocationError extends Error {
  override readonly name = "InvocationError";
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }
}

interface Answer {
  readonly id?: string;
  readonly ready?: true;
  readonly result?: unknown;
  readonly error?: { errorType: string; errorMessage: string };
}

const bootstrap = path.join(__dirname, "bootstrap.cjs");

/** One process of a function: one invocation at a time, with a limit of time and of memory. */
export class Container {
  readonly spec: ContainerSpec;
  readonly #process: ChildProcess;
  #settle: ((answer: Answer | undefined) => void) | undefined;
  #alive = true;

  constructor(spec: ContainerSpec) {
    this.spec = spec;
    this.#process = fork(bootstrap, {
      env: spec.environment,
      // The heap's limit; buffers and the runtime come on top, as they do in Lambda's own.
      execArgv: [`--max-old-space-size=${Math.floor(spec.memoryMegabytes * 0.9)}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A terminal's signals are for the stack, which ends its parts in order; it ends with our process.
      detached: true,
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      const lines = new Lines(spec.onLine);
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => lines.add(text)).on("end", () => lines.end());
    }
    this.#process.on("message", (answer: Answer) => {
      if (answer.ready !== true) this.#settle?.(answer);
    });
    this.#process.on("exit", () => {
      this.#alive = false;
      this.#settle?.(undefined);
    });
  }

  /** Whether it can take another invocation. */
  get isAlive(): boolean {
    return this.#alive;
  }

  /** Of its process. */
  get pid(): number {
    return this.#process.pid!;
  }

  /** Rejects with an InvocationError: the handler's, a timeout, or the process's death. */
  async invoke(event: unknown): Promise<unknown> {
    const { name, timeoutSeconds } = this.spec;
    const id = randomUUID();
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
      this.kill();
    }, timeoutSeconds * 1000);
    const answered = new Promise<Answer | undefined>((resolve) => (this.#settle = resolve));
    if (this.#alive) {
      this.#process.send(
        { id, event, deadline: Date.now() + timeoutSeconds * 1000 },
        () => undefined,
      );
    } else this.#settle?.(undefined);
    const answer = await answered;
    clearTimeout(timer);
    this.#settle = undefined;
    if (limit.signal.aborted) {
      throw new InvocationError(
        "Sandbox.Timedout",
        `${name} timed out after ${timeoutSeconds} seconds`,
      );
    }
    if (!answer) throw new InvocationError("Runtime.ExitError", `the process of ${name} ended`);
    if (answer.error) throw new InvocationError(answer.error.errorType, answer.error.errorMessage);
    return answer.result;
  }

  /** Ends the process at once, as a sandbox that is lost. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }
}
