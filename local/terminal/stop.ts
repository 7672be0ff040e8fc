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

  /** `onAsked` is called once; a second wish ends the process at once. */
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
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid !== parent) onGone();
    }, lookEveryMs);
    timer.unref();
  }
}
