import * as fs from "node:fs";

/** What asks a program to end: Ctrl-C, `kill`, and a terminal that is closed. */
const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
/** npm passes on what the terminal has sent already: so soon, it is the same wish. */
const sameWishMs = 1_000;
const lookEveryMs = 250;

/** The wish that the stack end, from its first sign on. */
export class Stop {
  /** Resolves at the first sign. */
  readonly asked: Promise<void>;
  #askedAt: number | undefined;
  #resolve: () => void = () => undefined;

  /** `onAsked` is called once; a second wish ends the process immediately. */
  constructor(onAsked: () => void) {
    this.asked = new Promise((resolve) => (this.#resolve = resolve));
    const ask = (exitCode: number) => {
      if (this.#askedAt === undefined) {
        this.#askedAt = Date.now();
        onAsked();
        this.#resolve();
      } else if (Date.now() - this.#askedAt > sameWishMs) process.exit(exitCode);
    };
    for (const [signal, number] of Object.entries(signals)) {
      process.on(signal, () => ask(128 + number));
    }
    this.#watchNpm(() => this.#askedAt ?? ask(128 + signals.SIGHUP));
  }

  get isAsked(): boolean {
    return this.#askedAt !== undefined;
  }

  /** npm that is killed cannot pass anything on: nobody could end the stack from its terminal any more. */
  #watchNpm(onGone: () => void): void {
    if (process.env["npm_lifecycle_event"] === undefined) return;
    const between = betweenNpmAndUs();
    const timer = setInterval(() => {
      if (betweenNpmAndUs().join() !== between.join()) onGone();
    }, lookEveryMs);
    timer.unref();
  }
}

/**
 * Ids of our parent and, where that is the shell that npm runs a script with, of the shell's. Some shells
 * become the program instead; where there is no /proc, on macOS, its shell does.
 */
function betweenNpmAndUs(): number[] {
  const parent = process.ppid;
  const isShell = readProcess(parent, "cmdline")?.includes("start/main.ts") ?? false;
  return isShell ? [parent, parentOf(parent)] : [parent];
}

function parentOf(pid: number): number {
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: a name in brackets comes before it.
  return Number(readProcess(pid, "stat")?.split(")").at(-1)!.trim().split(" ")[1]);
}

function readProcess(pid: number, file: string): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
