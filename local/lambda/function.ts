import { Container, type ContainerSpec } from "./container";

type Variables = Readonly<Record<string, string>>;

/** The body of a Lambda function: a process for every invocation under way, used again while warm. */
export class LocalFunction {
  readonly arn: string;
  /** Since the start. */
  readonly counts = { invocations: 0, errors: 0 };
  #spec: ContainerSpec;
  #variables: Variables;
  readonly #environmentOf: (variables: Variables) => Record<string, string>;
  readonly #idle: Container[] = [];
  readonly #busy = new Set<Container>();
  #stopped = false;
  #turn: Promise<unknown> = Promise.resolve();

  /** `environmentOf` makes the whole environment of the program's variables. */
  constructor(
    arn: string,
    spec: ContainerSpec,
    variables: Variables = spec.environment,
    environmentOf: (variables: Variables) => Record<string, string> = (same) => ({ ...same }),
  ) {
    this.arn = arn;
    this.#spec = spec;
    this.#variables = variables;
    this.#environmentOf = environmentOf;
  }

  get spec(): ContainerSpec {
    return this.#spec;
  }

  /** What the program gives it. */
  get variables(): Variables {
    return this.#variables;
  }

  /** As an update of its configuration: what runs ends as it began, the next invocation has these. */
  configure(variables: Variables): void {
    this.#variables = variables;
    this.#spec = { ...this.#spec, environment: this.#environmentOf(variables) };
    for (const container of this.#idle.splice(0)) container.kill();
  }

  /** Starts a process, which the first invocation finds warm. Rejects with an InvocationError. */
  async load(): Promise<void> {
    this.#throwIfStopped();
    const container = new Container(this.spec);
    this.#busy.add(container);
    try {
      await container.loaded;
      this.#release(container);
    } finally {
      this.#busy.delete(container);
    }
  }

  /** Invokes and waits. Rejects with an InvocationError. */
  invoke(event: unknown): Promise<unknown> {
    if (this.spec.inspectorPort === undefined) return this.#invoke(event);
    // A debugger has one process before it, not as many as there is work for.
    const invoked = this.#turn.then(() => this.#invoke(event));
    this.#turn = invoked.catch(() => undefined);
    return invoked;
  }

  async #invoke(event: unknown): Promise<unknown> {
    this.#throwIfStopped();
    let container = this.#idle.pop();
    while (container && !container.isAlive) container = this.#idle.pop();
    container ??= new Container(this.spec);
    this.#busy.add(container);
    this.counts.invocations++;
    try {
      return await container.invoke(event);
    } catch (error) {
      this.counts.errors++;
      throw error;
    } finally {
      this.#busy.delete(container);
      this.#release(container);
    }
  }

  #throwIfStopped(): void {
    if (this.#stopped) throw new Error(`${this.spec.name} was stopped`);
  }

  #release(container: Container): void {
    if (this.#stopped || container.spec !== this.#spec) container.kill();
    else if (container.isAlive) this.#idle.push(container);
  }

  /** Invocations under way. */
  get running(): number {
    return this.#busy.size;
  }

  /** Kills every process, busy or not; the next invocation starts a new one. */
  kill(): void {
    for (const container of [...this.#busy, ...this.#idle.splice(0)]) container.kill();
  }

  stop(): void {
    this.#stopped = true;
    this.kill();
  }
}
