import { Container, type ContainerSpec } from "./container";

/** The body of a Lambda function: a process for every invocation under way, used again while warm. */
export class LocalFunction {
  readonly spec: ContainerSpec;
  readonly arn: string;
  readonly #idle: Container[] = [];
  readonly #busy = new Set<Container>();
  #stopped = false;

  constructor(arn: string, spec: ContainerSpec) {
    this.arn = arn;
    this.spec = spec;
  }

  /** Invokes and waits. Rejects with an InvocationError. */
  async invoke(event: unknown): Promise<unknown> {
    if (this.#stopped) throw new Error(`${this.spec.name} was stopped`);
    let container = this.#idle.pop();
    while (container && !container.isAlive) container = this.#idle.pop();
    container ??= new Container(this.spec);
    this.#busy.add(container);
    try {
      return await container.invoke(event);
    } finally {
      this.#busy.delete(container);
      this.#release(container);
    }
  }

  #release(container: Container): void {
    if (this.#stopped) container.kill();
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
