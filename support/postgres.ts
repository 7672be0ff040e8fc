// A real PostgreSQL for tests of the statements: one server for the whole run, a database of its own
// for each test, made from a template that the real migrations made.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import { Client, Pool } from "pg";
import { runtimeRole } from "../functions/contract";
import { connectTo, type Connection, type Db } from "../functions/database";
import type { ConnectionOptions } from "../functions/database/session/connection";
import { migrate } from "../functions/migration/migrate";
import { prepareRuntimeRole } from "../functions/migration/runtime-role";
import { DatabaseServer } from "../local/database";
import { Guard } from "../local/guard";
import { migrations } from "../migrations";

export const password = "test";
const template = "edp_template";
/** Like RDS's master user: creates roles and databases, and is no superuser. */
export const master = "edp";

let server: Promise<DatabaseServer> | undefined;
let guard: Guard | undefined;
let databases = 0;

async function start(): Promise<DatabaseServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-test-"));
  fs.chmodSync(folder, 0o755); // PostgreSQL may have to run as another user
  guard = await Guard.start(folder, { temporary: true });
  const started = await DatabaseServer.create({
    folder,
    master: { user: master, password },
    database: template,
    iamAuthentication: true,
  });
  const db = open<unknown>(started, template, master);
  try {
    await migrate(db, migrations);
    await prepareRuntimeRole(db, runtimeRole);
    return started;
  } catch (error) {
    await stop(started); // it would keep the test run alive for ever
    throw error;
  } finally {
    await db.destroy();
  }
}

async function stop(started: DatabaseServer): Promise<void> {
  await started.stop();
  await guard?.end();
}

/** The server, started at the first call. */
export function testServer(): Promise<DatabaseServer> {
  return (server ??= start());
}

export async function stopTestServer(): Promise<void> {
  const started = await server?.catch(() => undefined); // said to every test that wanted it
  server = undefined;
  if (started) await stop(started);
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
  const postgres = await testServer();
  const name = `edp_test_${++databases}`;
  await postgres.query(
    `create database ${name} ${migrated ? `template ${template}` : ""} owner ${master}`,
  );
  const opened: Db[] = [];
  const connect = () => {
    const db = open<never>(postgres, name, runtimeRole) as unknown as Db;
    opened.push(db);
    return db;
  };
  const admin = new Client({ ...loginOf(postgres, name), ...postgres.superuser });
  await admin.connect();
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
      await postgres.query(`drop database ${name} with (force)`);
    },
  };
}

/** The product's own connection to a test's database, as the Lambdas have it. */
export async function connectionTo(
  { name }: TestDatabase,
  options: ConnectionOptions = {},
): Promise<Connection> {
  const { port, caFile } = await testServer();
  return connectTo({ host: "localhost", port, database: name, user: runtimeRole }, "a token", {
    authorities: [fs.readFileSync(caFile, "utf8")],
    ...options,
  });
}

/** One session of a user; limits of the role apply. Members of rds_iam need no password here. */
export function open<T>(postgres: DatabaseServer, database: string, user: string): Kysely<T> {
  const pool = new Pool({ ...loginOf(postgres, database), user, password, max: 1 });
  pool.on("error", () => undefined);
  return new Kysely<T>({ dialect: new PostgresDialect({ pool }) });
}

function loginOf({ host, port, caFile }: DatabaseServer, database: string) {
  return { host, port, database, ssl: { ca: fs.readFileSync(caFile, "utf8") } };
}
