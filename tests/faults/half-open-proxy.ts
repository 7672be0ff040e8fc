import * as net from "node:net";

interface Link {
  readonly ends: readonly net.Socket[];
  isFrozen: boolean;
}

/**
 * A TCP proxy whose connections can go half-open: a frozen one is never closed and carries nothing
 * any more, as after a fail-over, or behind a NAT gateway that has forgotten it.
 */
export class HalfOpenProxy {
  /** Connections that were frozen while they were open, and such as were made to a frozen proxy. */
  frozen = { open: 0, made: 0 };
  readonly #server: net.Server;
  readonly #target: () => number | undefined;
  readonly #links = new Set<Link>();
  #isFrozen = false;

  /** `target` is asked at every connection; while there is none, connections are refused. */
  constructor(target: () => number | undefined) {
    this.#target = target;
    this.#server = net.createServer((near) => this.#connect(near));
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as net.AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const { ends } of this.#links) ends.forEach((end) => end.destroy());
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Nothing is forwarded any more, neither way, and nothing is closed. */
  freeze(): void {
    this.#isFrozen = true;
    for (const link of this.#links) {
      if (link.isFrozen) continue;
      link.isFrozen = true;
      this.frozen.open++;
      for (const end of link.ends) {
        end.unpipe();
        end.pause(); // an end or a reset of the other side is not seen either
      }
    }
  }

  /** New connections are forwarded again; the frozen ones stay as they are. */
  thaw(): void {
    this.#isFrozen = false;
  }

  #connect(near: net.Socket): void {
    near.on("error", () => near.destroy());
    if (this.#isFrozen) {
      this.frozen.made++;
      near.pause();
      this.#links.add({ ends: [near], isFrozen: true });
      return;
    }
    const port = this.#target();
    if (port === undefined) {
      near.destroy();
      return;
    }
    const far = net.connect(port, "127.0.0.1");
    far.on("error", () => far.destroy());
    const link = { ends: [near, far], isFrozen: false };
    this.#links.add(link);
    for (const end of link.ends) {
      end.on("close", () => {
        if (link.isFrozen) return;
        this.#links.delete(link);
        link.ends.forEach((other) => other.destroy());
      });
    }
    near.pipe(far);
    far.pipe(near);
  }
}
