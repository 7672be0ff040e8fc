import * as fs from "node:fs";
import * as path from "node:path";
import { Client } from "pg";
import { runtimeRole } from "../../functions/contract";
import { testDatabase, testServer, type TestDatabase } from "../../support/postgres";

/** The tables as they are, times in milliseconds. */
export interface Snapshot {
  readonly outbox: readonly OutboxRow[];
  readonly open: readonly OpenRow[];
  /** Every prefix that is numbered on. */
  readonly prefixes: readonly { readonly bucket: string; readonly prefix: string }[];
  readonly ledger: number;
  readonly leaseOwner: string | null;
}

interface Content {
  readonly bucket: string;
  readonly prefix: string;
  readonly sequence: number;
  readonly event_count: number;
  readonly file_count: number;
  readonly total_bytes: number;
  readonly first_event_time: string;
  readonly last_event_time: string;
}

export interface OutboxRow extends Content {
  readonly batch_id: string;
  readonly trigger: string;
  readonly held: boolean;
  readonly due_at: string;
  readonly closed_at: string;
  readonly attempts: number;
  readonly published_at: string | null;
}

export interface OpenRow extends Content {
  readonly first_stored_at: string;
  readonly last_stored_at: string;
}

/**
 * A real database that takes its time from the simulation: `edp.clock()` reads a file, which costs a
 * tenth of a statement that sets a clock before every other. `now()` and the server's start come from
 * the simulation too, by functions that a search path puts before PostgreSQL's own.
 */
export class SimulatedDatabase {
  readonly #database: TestDatabase;
  readonly #free: Client[] = [];
  readonly #all: Client[] = [];
  readonly #clockFile: string;
  readonly #clock: number;

  private constructor(database: TestDatabase, clockFile: string) {
    this.#database = database;
    this.#clockFile = clockFile;
    this.#clock = fs.openSync(clockFile, "w+", 0o644);
  }

  static async create(): Promise<SimulatedDatabase> {
    const database = await testDatabase();
    const { caFile } = await testServer(); // beside it, because the server can read it
    const clockFile = path.join(path.dirname(caFile), `${database.name}.clock`);
    for (const statement of preparation(database.name, clockFile)) await database.query(statement);
    return new SimulatedDatabase(database, clockFile);
  }

  async drop(): Promise<void> {
    await Promise.all(this.#all.map((client) => client.end()));
    await this.#database.drop();
    fs.closeSync(this.#clock);
    fs.rmSync(this.#clockFile);
  }

  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
    return this.#database.query(text, values);
  }

  /** Empty tables, the same to the byte: the same history must run the same way again. */
  async reset(now: number): Promise<void> {
    await this.query(`
      truncate edp.prefix, edp.ledger, edp.overwrite, edp.outbox, edp.heartbeat, edp.pipeline
        restart identity;
      insert into edp.pipeline default values;
      update edp.pruning set round_before = null, next_page = null;
      select setval('sim.started', 1);
    `);
    this.setClock(now);
  }

  /** Milliseconds, always thirteen digits: written in one piece over the last. */
  setClock(now: number): void {
    fs.writeSync(this.#clock, String(now), 0);
  }

  async setStarted(at: number): Promise<void> {
    await this.query("select setval('sim.started', $1)", [at]);
  }

  /** A session of the runtime role that nobody uses. */
  async take(): Promise<Client> {
    const free = this.#free.pop();
    if (free) return free;
    const { host, port, caFile } = await testServer();
    const client = new Client({
      host,
      port,
      user: runtimeRole,
      password: "none",
      database: this.#database.name,
      ssl: { ca: fs.readFileSync(caFile, "utf8") },
    });
    await client.connect();
    this.#all.push(client);
    return client;
  }

  /** Back for the next one. What it had under way must have ended. */
  async giveBack(client: Client): Promise<void> {
    await client.query("rollback").catch(() => undefined);
    this.#free.push(client);
  }

  /** Who keeps this session from going on. */
  async blockersOf(client: Client): Promise<number[]> {
    const [row] = await this.query("select pg_blocking_pids($1) as pids", [pidOf(client)]);
    return row!["pids"] as number[];
  }

  async cancel(client: Client): Promise<void> {
    await this.query("select pg_cancel_backend($1)", [pidOf(client)]);
  }

  async snapshot(): Promise<Snapshot> {
    const [row] = await this.query(`
      select
        (select coalesce(json_agg(o order by o.batch_id), '[]') from edp.outbox o) as outbox,
        (select coalesce(json_agg(p), '[]') from edp.prefix p where p.open) as open,
        (select coalesce(json_agg(json_build_object('bucket', bucket, 'prefix', prefix)), '[]')
          from edp.prefix) as prefixes,
        (select count(*)::integer from edp.ledger) as ledger,
        (select lease_owner from edp.pipeline) as "leaseOwner"
    `);
    return row as unknown as Snapshot;
  }
}

export function pidOf(client: Client): number {
  return (client as unknown as { processID: number }).processID;
}

function preparation(database: string, clockFile: string): string[] {
  const simulatedTime = (name: string, value: string) =>
    `create function ${name}() returns timestamptz language sql volatile as $$ select ${value} $$`;
  return [
    "create schema sim",
    "create sequence sim.started",
    simulatedTime("sim.now", "to_timestamp(current_setting('sim.begun')::bigint / 1000.0)"),
    simulatedTime(
      "sim.pg_postmaster_start_time",
      "to_timestamp(last_value / 1000.0) from sim.started",
    ),
    simulatedTime(
      "edp.clock",
      `to_timestamp(pg_catalog.pg_read_file('${clockFile}')::bigint / 1000.0)`,
    ).replace("create", "create or replace"),
    "alter function edp.clock() owner to current_user",
    "alter function edp.clock() security definer",
    `grant usage on schema sim to ${runtimeRole}`,
    `grant select on all sequences in schema sim to ${runtimeRole}`,
    `grant execute on all functions in schema sim to ${runtimeRole}`,
    `alter role ${runtimeRole} in database ${database} set search_path = sim, pg_catalog`,
    // Limits pass in simulated time.
    ...["statement_timeout", "lock_timeout", "transaction_timeout"].map(
      (limit) => `alter role ${runtimeRole} in database ${database} set ${limit} = 0`,
    ),
    `alter role ${runtimeRole} in database ${database} set idle_in_transaction_session_timeout = 0`,
    // Nothing here has to survive the machine.
    `alter database ${database} set synchronous_commit = off`,
    `alter database ${database} set deadlock_timeout = '20ms'`,
    // Cached plans of empty tables would be as good, and planning is most of a small statement.
    `alter database ${database} set jit = off`,
    // A vacuum or new statistics in the middle would change the order of rows.
    ...["prefix", "ledger", "overwrite", "outbox", "heartbeat", "pipeline", "pruning"].map(
      (table) => `alter table edp.${table} set (autovacuum_enabled = off)`,
    ),
  ];
}
