import { expect } from "chai";
import { sql } from "kysely";
import * as fs from "node:fs";
import * as net from "node:net";
import { connectTo, isTransient, type Connection, type Db } from "../../../../functions/database";
import { master, password, testServer } from "../../../../support/postgres";
import { SingleSessionPool } from "../../../../functions/database/session/single-session-pool";
import { waitFor } from "../../../../support/wait-for";

const access = { host: "localhost", database: "postgres", user: master };
const sessionId = async (db: Db) => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]!.pid;
};

describe("SingleSessionPool", () => {
  describe("of a server that answers", () => {
    let connection: Connection;
    before(async () => {
      const { caFile, port } = await testServer();
      const authorities = [fs.readFileSync(caFile, "utf8")];
      connection = connectTo({ ...access, port }, password, { authorities });
    });
    after(() => connection.close());

    it("has one session for all that is asked at once, and one transaction after the other", async () => {
      const steps: string[] = [];
      const transaction = (name: string) =>
        connection.withSession((db) =>
          db.transaction().execute(async (trx) => {
            steps.push(`${name} begins`);
            const pid = await sessionId(trx);
            steps.push(`${name} ends`);
            return pid;
          }),
        );
      const [first, ...others] = await Promise.all([
        transaction("a"),
        transaction("b"),
        connection.withSession(sessionId),
      ]);
      expect(others).to.deep.equal([first, first]);
      expect(steps).to.deep.equal(["a begins", "a ends", "b begins", "b ends"]);
    });

    it("lets the next one in when one fails", async () => {
      const pids = await connection.withSession(async (db) => {
        const before = await sessionId(db);
        const failed = await sql`select 1 / 0`.execute(db).catch((error: unknown) => error);
        expect(failed).to.have.property("code", "22012");
        return [before, await sessionId(db)];
      });
      expect(pids[1]).to.equal(pids[0]);
    });
  });

  it("opens another session after one that Kysely gives back as broken", async () => {
    const { caFile, port } = await testServer();
    const pool = new SingleSessionPool({
      ...access,
      port,
      password,
      ssl: { ca: fs.readFileSync(caFile, "utf8") },
      prepare: false,
    });
    const pidOf = async (isBroken: boolean) => {
      const client = await pool.connect();
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid", []);
      client.release(isBroken);
      return rows[0]!.pid;
    };
    const [first, second, third] = [await pidOf(false), await pidOf(true), await pidOf(false)];
    await pool.end();
    expect(second).to.equal(first);
    expect(third).not.to.equal(first);
  });

  it("leaves no connection behind that it could not log in with", async () => {
    const { port } = await testServer();
    const open = new Set<net.Socket>();
    const proxy = net.createServer((socket) => {
      open.add(socket);
      const upstream = net.connect(port, "127.0.0.1");
      socket.on("error", () => undefined).on("close", () => open.delete(socket));
      upstream.on("error", () => undefined);
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { caFile } = await testServer();
    const pool = new SingleSessionPool({
      ...access,
      port: (proxy.address() as net.AddressInfo).port,
      password: () => Promise.reject(new Error("no credentials")),
      ssl: { ca: fs.readFileSync(caFile, "utf8") },
      prepare: false,
    });
    const failed: unknown = await pool.connect().catch((error: unknown) => error);
    expect(failed).to.be.an("error").with.property("message", "no credentials");
    await waitFor("the end of the connection", () => open.size === 0);
    proxy.close();
  });

  describe("of a server that takes connections and says nothing", () => {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
      socket.resume();
    });
    const silent = (limits: { connectTimeoutMs?: number }) => {
      const { port } = server.address() as net.AddressInfo;
      return connectTo({ ...access, port }, password, { authorities: [], ...limits });
    };
    before((done) => void server.listen(0, "127.0.0.1", done));
    after(() => server.close());

    it("gives up, in a way that passes", async () => {
      const failed: unknown = await silent({ connectTimeoutMs: 50 })
        .withSession(sessionId)
        .catch((error: unknown) => error);
      expect(failed).to.be.an("error").with.property("message", "timeout expired");
      expect(isTransient(failed)).to.equal(true);
    });

    it("ends what waits for a session when it is closed, and what waits for its turn", async () => {
      const connection = silent({ connectTimeoutMs: 60_000 });
      const waiting = [1, 2, 3].map(() =>
        connection.withSession(sessionId).catch((error: unknown) => error),
      );
      await waitFor("a connection", () => sockets.size === 1);
      connection.close();
      for (const failed of await Promise.all(waiting)) expect(isTransient(failed)).to.equal(true);
      await waitFor("the end of the connection", () => sockets.size === 0);
    });
  });
});
