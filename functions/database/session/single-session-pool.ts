import { Socket } from "node:net";
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Client, type ClientConfig } from "pg";

export interface SingleSessionPoolOptions extends Omit<ClientConfig, "stream"> {
  /** Whether statements with parameters are named, so that the server keeps their plans. */
  readonly prepare: boolean;
}

/**
 * What Kysely asks of a pool, over a single session: opened when it is first needed, and again when the
 * server has ended it; one transaction or statement has it at a time. The socket is made here, because
 * a session must be able to end without a word to a server that may not answer: node-postgres's own
 * `end()` waits for the query under way, on a half-open connection for minutes.
 */
export class SingleSessionPool implements PostgresPool {
  readonly options = {};
  readonly #options: SingleSessionPoolOptions;
  readonly #names = new Map<string, string>();
  #client: Client | undefined;
  #socket: Socket | undefined;
  /** Resolves when whoever came last has released the session. */
  #released: Promise<undefined> = Promise.resolve(undefined);
  #isClosed = false;

  constructor(options: SingleSessionPoolOptions) {
    this.#options = options;
  }

  async connect(): Promise<PostgresPoolClient> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const release = (isBroken = false) => {
      if (isBroken) this.#discard();
      resolve(undefined);
    };
    const before = this.#released;
    this.#released = promise;
    await before;
    try {
      const client = (this.#client ??= await this.#open());
      const query = (text: string, values: readonly unknown[]) => this.#query(client, text, values);
      // Cursors are Kysely's other kind of query: not without a class for them.
      return { query, release } as PostgresPoolClient;
    } catch (error) {
      release();
      throw error;
    }
  }

  end(): Promise<void> {
    this.destroy();
    return Promise.resolve();
  }

  /** Ends the session without waiting for anything; what is under way in it rejects. */
  destroy(): void {
    this.#isClosed = true;
    this.#socket?.destroy();
  }

  async #open(): Promise<Client> {
    if (this.#isClosed) throw new Error("Connection terminated: closed before it was opened");
    const socket = (this.#socket = new Socket());
    const client = new Client({ ...this.#options, stream: () => socket });
    // Without a listener, a connection that drops ends the process. A query under way rejects by itself.
    client.on("error", () => undefined);
    client.once("end", () => {
      if (this.#client === client) this.#client = undefined;
    });
    try {
      await client.connect();
    } catch (error) {
      socket.destroy(); // without a password, say, it would stay open until the server has had enough
      throw error;
    }
    return client;
  }

  async #query(
    client: Client,
    text: string,
    values: readonly unknown[],
  ): Promise<PostgresQueryResult<unknown>> {
    try {
      return (await client.query({
        text,
        values: [...values],
        name: this.#nameOf(text, values),
      })) as PostgresQueryResult<unknown>;
    } catch (error) {
      // A rollback would wait behind what timed out for as long again.
      if (error instanceof Error && error.message === "Query read timeout") this.#discard();
      throw error;
    }
  }

  #discard(): void {
    this.#socket?.destroy();
    this.#client = undefined;
  }

  #nameOf(text: string, values: readonly unknown[]): string | undefined {
    if (!this.#options.prepare || values.length === 0) return undefined;
    const name = this.#names.get(text) ?? `edp_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}
