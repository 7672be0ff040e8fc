import { Client } from "pg";
import * as fs from "node:fs";
import type { DatabaseServer } from "../../local/database";
import { Arrivals } from "./arrivals";
import type { OpenBatch, OpenPrefix, Pipeline } from "./messages";

/** What has changed since the last look. */
export interface Changes {
  readonly changed: OpenPrefix[];
  /** Ids. */
  readonly gone: string[];
  readonly pipeline: Pipeline;
}

/**
 * Looks at the product's tables with a session of its own, and says what is new. Ten thousand open
 * prefixes take a read of 30 ms; their changes, not they themselves, go to the page.
 */
export class OpenPrefixes {
  readonly #database: DatabaseServer;
  readonly #known = new Map<string, OpenBatch>();
  readonly #arrivals = new Map<string, Arrivals>();
  #session: Client | undefined;

  constructor(database: DatabaseServer) {
    this.#database = database;
  }

  all(): OpenPrefix[] {
    return [...this.#known.values()].map((row) => this.#withArrivals(row));
  }

  get count(): number {
    return this.#known.size;
  }

  /** Rejects while the database is away; the next look tries a new session. */
  async look(): Promise<Changes> {
    try {
      this.#session ??= await this.#connect();
      const { rows } = await this.#session.query<OpenBatch>({ text: prefixes, rowMode: "array" });
      const pipelines = await this.#session.query<Pipeline>(pipeline);
      return { ...this.#changes(rows), pipeline: pipelines.rows[0]! };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.end().catch(() => undefined);
  }

  #changes(rows: OpenBatch[]): Pick<Changes, "changed" | "gone"> {
    const changed = rows.filter((row) => {
      const before = this.#known.get(row[0]);
      return before === undefined || row.some((value, i) => value !== before[i]);
    });
    const open = new Set(rows.map(([id]) => id));
    const gone = [...this.#known.keys()].filter((id) => !open.has(id));
    for (const id of gone) {
      this.#known.delete(id);
      this.#arrivals.delete(id);
    }
    for (const row of changed) {
      this.#addArrivals(row);
      this.#known.set(row[0], row);
    }
    return { changed: changed.map((row) => this.#withArrivals(row)), gone };
  }

  #addArrivals(row: OpenBatch): void {
    const [id, , , events, , firstMs, lastMs] = row;
    const before = this.#known.get(id);
    // A batch of its own begins with a first object event of its own.
    const isSame = before?.[5] === firstMs;
    if (!isSame) this.#arrivals.set(id, new Arrivals(firstMs));
    this.#arrivals.get(id)!.add(lastMs, events - (isSame ? before[3] : 0));
  }

  #withArrivals(row: OpenBatch): OpenPrefix {
    const { stretchMs, counts } = this.#arrivals.get(row[0])!;
    return [...row, stretchMs, counts];
  }

  async #connect(): Promise<Client> {
    const { superuser, port, caFile } = this.#database;
    const session = new Client({
      ...superuser,
      host: "127.0.0.1",
      port,
      database: "edp",
      ssl: { ca: fs.readFileSync(caFile, "utf8") },
      connectionTimeoutMillis: 2_000,
      statement_timeout: 5_000,
    });
    // Its next query says so.
    session.on("error", () => undefined);
    await session.connect();
    return session;
  }
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::double precision`;

const prefixes = `
  select prefix_id::text, prefix, file_count::double precision, event_count::double precision,
    total_bytes::double precision, ${ms("first_stored_at")}, ${ms("last_stored_at")}
  from edp.prefix where open`;

const pipeline = `
  select coalesce(last_held_at = observed_at, false) as behind, held_seconds as "heldSeconds",
    (select extract(epoch from edp.clock() - max(sent_at)) from edp.heartbeat)::double precision
      as "heartbeatAge"
  from edp.pipeline`;
