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
  /** Of a debugger, for which the process waits; then no time limit. @default - none */
  readonly inspectorPort?: number | undefined;
  readonly onLine: (line: string) => void;
}

/** A failed invocation, or start, as Lambda reports it. */
export class InvocationError extends Error {
  override readonly name = "InvocationError";
  /** `trace`: lines of the Lambda's stack trace, in terms of the sources where they are known. */
  constructor(
    readonly errorType: string,
    message: string,
    readonly trace: readonly string[] = [],
  ) {
    super(message);
  }
}

interface Answer {
  readonly id?: string;
  readonly ready?: true;
  readonly result?: unknown;
  readonly error?: { errorType: string; errorMessage: string; trace: string[] };
}

const bootstrap = path.join(__dirname, "bootstrap.cjs");
/** Of an invocation without a limit. */
const dayMs = 86_400_000;

/** One process of a function: one invocation at a time, with a limit of time and of memory. */
export class Container {
  readonly spec: ContainerSpec;
  /** Rejects with an InvocationError when the bundle cannot be loaded. */
  readonly loaded: Promise<void>;
  readonly #process: ChildProcess;
  #settle: ((answer: Answer | undefined) => void) | undefined;
  #alive = true;

  constructor(spec: ContainerSpec) {
    this.spec = spec;
    this.#process = fork(bootstrap, {
      env: spec.environment,
      execArgv: [
        // The heap's limit; buffers and the runtime come on top, as they do in Lambda's own.
        `--max-old-space-size=${Math.floor(spec.memoryMegabytes * 0.9)}`,
        ...(spec.inspectorPort === undefined
          ? []
          : [`--inspect-wait=127.0.0.1:${spec.inspectorPort}`]),
      ],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A terminal's signals are for the stack, which ends its parts in order; it ends with our process.
      detached: true,
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      const lines = new Lines(spec.onLine);
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => lines.add(text)).on("end", () => lines.end());
    }
    const loaded = Promise.withResolvers<undefined>();
    this.loaded = loaded.promise;
    this.loaded.catch(() => undefined);
    this.#process.on("message", (answer: Answer) => {
      if (answer.ready === true) {
        loaded.resolve(undefined);
        return;
      }
      if (answer.id === undefined) loaded.reject(this.#notLoaded(answer.error!));
      this.#settle?.(answer);
    });
    this.#process.on("exit", () => {
      this.#alive = false;
      loaded.reject(this.#hasEnded());
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
    const { name, timeoutSeconds, inspectorPort } = this.spec;
    const id = randomUUID();
    const limitMs = inspectorPort === undefined ? timeoutSeconds * 1000 : dayMs;
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
      this.kill();
    }, limitMs);
    const answered = new Promise<Answer | undefined>((resolve) => (this.#settle = resolve));
    if (this.#alive) {
      this.#process.send({ id, event, deadline: Date.now() + limitMs }, () => undefined);
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
    if (!answer) throw this.#hasEnded();
    if (answer.error) {
      const { errorType, errorMessage, trace } = answer.error;
      throw new InvocationError(errorType, errorMessage, trace);
    }
    return answer.result;
  }

  #hasEnded(): InvocationError {
    return new InvocationError("Runtime.ExitError", `the process of ${this.spec.name} ended`);
  }

  #notLoaded({ errorType, trace }: NonNullable<Answer["error"]>): InvocationError {
    const own = trace.filter((line) => !/\(node:|bootstrap\.cjs|\bat node:/.test(line)).join("\n");
    return new InvocationError(errorType, `${this.spec.name} cannot be loaded: ${own}`);
  }

  /** Ends the process immediately, as a sandbox that is lost. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }
}
