import { Kysely, PostgresDialect } from "kysely";
import { limits, type DatabaseAccess } from "../../contract";
import type { Schema } from "../schema";
import { defaultAuthorities } from "./authorities";
import { SingleSessionPool } from "./single-session-pool";
import { isDataError, isTransient } from "./transient";

export type Db = Kysely<Schema>;

/** A password, or what makes one for every new connection: an IAM token is valid for 15 minutes. */
export type Password = string | (() => Promise<string>);

export interface ConnectionOptions {
  /**
   * Milliseconds after which a server that does not let a session begin counts as gone.
   * @default `limits.connect`
   */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds after which a query counts as lost: for a server that falls silent. 0: none.
   * @default `limits.query`
   */
  readonly queryTimeoutMs?: number;
  /**
   * PEM of the authorities that may have signed the server's certificate.
   * @default - RDS's in the regions of `regionsOfCertificates`, and those of Lambda and of the user
   */
  readonly authorities?: readonly string[];
  /**
   * Whether statements are planned once per connection, by index: for a connection that runs the same
   * few statements over and over, with lists whose lengths the planner only guesses. A plan made while
   * a table was empty would otherwise scan the grown one (24,000 object events a second became 9,000).
   * Such a session does not sort, hash or merge where there is another way: an order that one index has
   * is read from that index, whatever the statistics say.
   * @default false
   */
  readonly planOnce?: boolean;
}

/**
 * An open connection, and its end: immediate, without waiting for a server that may not answer. It may
 * be ended twice.
 */
export interface OpenConnection {
  readonly db: Db;
  destroy(): void;
}

/** One connection to the database for the life of a container, replaced when it breaks. */
export class Connection {
  readonly #open: () => OpenConnection;
  #current: OpenConnection | undefined;

  /** `open` is called again after a failure; it need not have connected yet when it returns. */
  constructor(open: () => OpenConnection) {
    this.#open = open;
  }

  /**
   * Does `work`, which must be safe to do twice. After every failure but that of a value that cannot be
   * stored, the session is closed: what it remembers may be what failed (that it may only read, since
   * it was opened before a failover was over; a statement that was prepared before a migration), and a
   * list of what only a new session mends would never be complete. Opening one costs milliseconds.
   * What `work` settles by itself (a prefix that is new, a conflict in the ledger) does not get here.
   *
   * `again` is asked whether to try on a new session: as long as what fails passes (`isTransient`), and
   * once after anything else, where a second failure can no longer be the old session's. A failure
   * that is not followed by another try is thrown as it is.
   */
  async withSession<T>(
    work: (db: Db) => Promise<T>,
    again: (error: unknown, attempt: number) => boolean | Promise<boolean> = () => false,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      let session: OpenConnection | undefined;
      try {
        session = this.#current ??= this.#open();
        return await work(session.db);
      } catch (error) {
        if (isDataError(error)) throw error;
        this.#end(session);
        const mayHelp = attempt === 1 || isTransient(error);
        if (!mayHelp || !(await again(error, attempt))) throw error;
      }
    }
  }

  /** Closes the connection immediately, without waiting for a server that may not answer. */
  close(): void {
    this.#end(this.#current);
  }

  /** What fails late, in a session that was closed meanwhile, leaves its successor alone. */
  #end(session: OpenConnection | undefined): void {
    session?.destroy();
    if (this.#current === session) this.#current = undefined;
  }
}

/** A connection to this database. TLS, with the authority and the host name checked. */
export function connectTo(
  access: DatabaseAccess,
  password: Password,
  options: ConnectionOptions = {},
): Connection {
  return new Connection(() => open(access, password, options));
}

function open(
  access: DatabaseAccess,
  password: Password,
  options: ConnectionOptions,
): OpenConnection {
  const { connectTimeoutMs = limits.connect * 1000, planOnce = false } = options;
  const { queryTimeoutMs = limits.query * 1000, authorities = defaultAuthorities() } = options;
  const pool = new SingleSessionPool({
    host: access.host,
    port: access.port,
    database: access.database,
    user: access.user,
    password,
    // node-postgres checks the chain and, with separate host and port, the host name.
    ssl: { ca: [...authorities], rejectUnauthorized: true },
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    application_name: "edp-monitor",
    prepare: planOnce,
    ...(planOnce && { options: indexPlans }),
  });
  return {
    db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    destroy: () => pool.destroy(),
  };
}

const indexPlans = [
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "enable_sort=off",
  "enable_incremental_sort=off",
  "jit=off", // what is switched off has a high price, and where there is no other way that starts the JIT
]
  .map((setting) => `-c ${setting}`)
  .join(" ");
