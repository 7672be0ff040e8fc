import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { freePort } from "../free-port";
import { accessRules, superuser } from "./access-rules";
import { findBinaries, runAs, type Binaries, type RunAs } from "./binaries";
import { makeCertificate } from "./certificate";

export interface DatabaseServerOptions {
  /** Where the cluster, its certificate and its log are; an existing cluster is used again. */
  readonly folder: string;
  readonly master: { readonly user: string; readonly password: string };
  /** Made for the master user when it does not exist. */
  readonly database: string;
  /** Whether members of rds_iam may log in without a password of their own. */
  readonly iamAuthentication: boolean;
}

const startPatienceMs = 30_000;
/** A killed server's children take a moment to notice, and hold its shared memory until then. */
const retryEveryMs = 50;

/**
 * A PostgreSQL server on this machine that looks like RDS's to who logs in: TLS forced, a master user
 * that is no superuser, and rds_iam. `start`, `stop` and `kill` may be called in any order.
 */
export class DatabaseServer {
  readonly host = "localhost";
  readonly port: number;
  /** Certificate of the authority that signed the server's, as a file for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  readonly logFile: string;
  /** For tests: who may do everything, on every database. */
  readonly superuser: { readonly user: string; readonly password: string };
  readonly #cluster: string;
  readonly #binaries: Binaries;
  readonly #user: RunAs;
  #process: ChildProcess | undefined;
  readonly #endWithUs = () => void this.#process?.kill("SIGINT");

  private constructor(folder: string, port: number, password: string) {
    this.port = port;
    this.caFile = path.join(folder, "authority.pem");
    this.logFile = path.join(folder, "postgres.log");
    this.superuser = { user: superuser, password };
    this.#cluster = path.join(folder, "cluster");
    this.#user = runAs();
    this.#binaries = findBinaries(folder, this.#user);
  }

  /** A running server with the master user, its database and rds_iam. */
  static async create(options: DatabaseServerOptions): Promise<DatabaseServer> {
    fs.mkdirSync(options.folder, { recursive: true, mode: 0o755 });
    const passwordFile = path.join(options.folder, "superuser-password");
    if (!fs.existsSync(passwordFile)) {
      fs.writeFileSync(passwordFile, randomBytes(18).toString("base64url"), { mode: 0o600 });
    }
    const password = fs.readFileSync(passwordFile, "utf8");
    const server = new DatabaseServer(options.folder, await freePort(), password);
    await server.#initialise();
    await server.#writeConfiguration(options);
    await server.start();
    await server.#prepare(options);
    return server;
  }

  /** Resolves when the server accepts logins. */
  async start(): Promise<void> {
    if (this.#process) return;
    const until = Date.now() + startPatienceMs;
    this.#spawn();
    for (;;) {
      try {
        await this.query("select");
        return;
      } catch (error) {
        if (Date.now() > until) {
          throw new Error(`PostgreSQL did not start: ${String(error)}\n${this.#endOfLog()}`, {
            cause: error,
          });
        }
      }
      if (!this.#isRunning()) {
        if (!this.#endOfLog().includes("is still in use")) {
          throw new Error(`PostgreSQL did not start:\n${this.#endOfLog()}`);
        }
        this.#spawn();
      }
      await sleep(retryEveryMs);
    }
  }

  /** Fast shutdown: open sessions are cut, what was committed is kept. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  /** The machine's death: nothing is written any more; the next start recovers. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Runs one statement as the superuser. */
  async query(
    text: string,
    values: unknown[] = [],
    database = "postgres",
  ): Promise<Record<string, unknown>[]> {
    const client = new Client({
      ...this.superuser,
      host: "127.0.0.1",
      port: this.port,
      database,
      ssl: { ca: fs.readFileSync(this.caFile, "utf8") },
      connectionTimeoutMillis: 2_000,
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #initialise(): Promise<void> {
    if (fs.existsSync(path.join(this.#cluster, "PG_VERSION"))) return;
    fs.mkdirSync(this.#cluster, { mode: 0o700 });
    this.#giveAway(this.#cluster);
    const passwordFile = path.join(this.#cluster, "..", "initial-password");
    fs.writeFileSync(passwordFile, this.superuser.password, { mode: 0o600 });
    this.#giveAway(passwordFile);
    const problem = await problemOf(
      this.#binaries.initdb,
      [
        ...[`--pgdata=${this.#cluster}`, `--username=${superuser}`, `--pwfile=${passwordFile}`],
        ...["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"],
      ],
      { ...this.#user, cwd: "/", detached: true }, // as the server
    );
    fs.rmSync(passwordFile, { force: true });
    if (problem === undefined) return;
    fs.rmSync(this.#cluster, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not make its files in ${this.#cluster}: ${problem}`);
  }

  async #writeConfiguration(options: DatabaseServerOptions): Promise<void> {
    const { authority, certificate, key } = await makeCertificate([this.host, "127.0.0.1"]);
    fs.writeFileSync(this.caFile, authority);
    const rules = accessRules(options.master.user, options.iamAuthentication);
    for (const [name, content] of [
      ["server.crt", certificate],
      ["server.key", key],
      ["pg_hba.conf", rules],
    ] as const) {
      const file = path.join(this.#cluster, name);
      fs.rmSync(file, { force: true });
      fs.writeFileSync(file, content, { mode: 0o600 });
      this.#giveAway(file);
    }
  }

  /** What RDS does for a new instance, and for a changed password. */
  async #prepare({ master, database }: DatabaseServerOptions): Promise<void> {
    const user = escapeIdentifier(master.user);
    if (!(await this.#exists("pg_roles", "rolname", "rds_iam"))) {
      await this.query("create role rds_iam");
    }
    if (!(await this.#exists("pg_roles", "rolname", master.user))) {
      await this.query(`create role ${user} login createrole createdb`);
    }
    await this.query(`alter role ${user} password ${escapeLiteral(master.password)}`);
    await this.query(`grant rds_iam to ${user} with admin true, inherit false, set false`);
    await this.query(`grant pg_monitor, pg_signal_backend to ${user}`); // as rds_superuser's members
    if (!(await this.#exists("pg_database", "datname", database))) {
      await this.query(`create database ${escapeIdentifier(database)} owner ${user}`);
    }
  }

  async #exists(catalogue: string, column: string, name: string): Promise<boolean> {
    const rows = await this.query(`select from ${catalogue} where ${column} = $1`, [name]);
    return rows.length > 0;
  }

  #spawn(): void {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: this.port,
      unix_socket_directories: "",
      ssl: "on",
      max_connections: 100,
    };
    const log = fs.openSync(this.logFile, "w");
    this.#process = spawn(
      this.#binaries.postgres,
      ["-D", this.#cluster, ...Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`])],
      // Detached: Ctrl-C is only for us, who stop the Lambdas first.
      { ...this.#user, cwd: "/", stdio: ["ignore", log, log], detached: true },
    );
    fs.closeSync(log);
    this.#process.on("error", () => undefined); // seen as a process that does not run
    process.on("exit", this.#endWithUs);
  }

  async #end(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (!child) return;
    if (this.#isRunning()) {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      await exited;
    }
    process.off("exit", this.#endWithUs);
    this.#process = undefined;
  }

  #isRunning(): boolean {
    const child = this.#process;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  #giveAway(file: string): void {
    const { uid, gid } = this.#user;
    if (uid !== undefined && gid !== undefined) fs.chownSync(file, uid, gid);
  }

  #endOfLog(): string {
    return fs.existsSync(this.logFile) ? fs.readFileSync(this.logFile, "utf8").slice(-1_500) : "";
  }
}

/** Runs a program to its end; resolves with what it said when it failed. */
async function problemOf(
  file: string,
  args: string[],
  options: RunAs & { cwd: string; detached: boolean },
): Promise<string | undefined> {
  const child = spawn(file, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((resolve) => {
    child.once("error", ({ message }) => resolve(message));
    child.once("close", (code) => resolve(code === 0 ? undefined : said.trim()));
  });
}
