import { expect } from "chai";
import { sql } from "kysely";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import * as tls from "node:tls";
import { certificatesFile } from "../../../../functions/contract";
import { connectTo, type Connection, isTransient, type Db } from "../../../../functions/database";
import { makeCertificate } from "../../../../local/database/certificate";
import {
  master,
  password,
  testDatabase,
  testServer,
  type TestDatabase,
} from "../../../../support/postgres";

const sessionId = async (db: Db) => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]!.pid;
};

describe("Connection", () => {
  let test: TestDatabase;
  let authorities: string[];
  let port: number;
  let tokens: number;
  const opened: Connection[] = [];
  before(async () => {
    test = await testDatabase();
    const server = await testServer();
    authorities = [fs.readFileSync(server.caFile, "utf8")];
    port = server.port;
  });
  beforeEach(() => {
    tokens = 0;
  });
  afterEach(() => opened.splice(0).forEach((connection) => connection.close()));
  after(() => test.drop());

  const connect = (options: { port?: number; queryTimeoutMs?: number } = {}) => {
    const access = {
      host: "localhost",
      port: options.port ?? port,
      database: test.name,
      user: master,
    };
    // The master user: the server asks nobody else for a password, as it cannot check tokens.
    const token = () => {
      tokens++;
      return Promise.resolve(password);
    };
    const { queryTimeoutMs = 14_000 } = options;
    const connection = connectTo(access, token, { authorities, queryTimeoutMs });
    opened.push(connection);
    return connection;
  };

  it("keeps one session, and asks for one token", async () => {
    const connection = connect();
    const first = await connection.withSession(sessionId);
    expect(await connection.withSession(sessionId)).to.equal(first);
    expect(tokens).to.equal(1);
  });

  it("opens another session, with a fresh token, when the server has closed the first", async () => {
    const connection = connect();
    const first = await connection.withSession(sessionId);
    await test.query("select pg_terminate_backend($1)", [first]);

    const second = await connection.withSession(sessionId, (_error, attempt) => attempt === 1);
    expect(second).not.to.equal(first);
    expect(tokens).to.equal(2);
  });

  it("survives being cut in the middle of a statement", async () => {
    const connection = connect();
    const first = await connection.withSession(sessionId);
    const asleep = connection.withSession((db) => sql`select pg_sleep(10)`.execute(db));
    const cut = asleep.catch((error: unknown) => error);
    await test.query("select pg_terminate_backend($1)", [first]);

    expect(isTransient(await cut)).to.equal(true);
    expect(await connection.withSession(sessionId)).not.to.equal(first);
  });

  it("survives being cut in the middle of a transaction, by the server and by the network", async () => {
    const proxy = await Proxy.start(port);
    try {
      for (const cut of [
        (pid: number) => test.query("select pg_terminate_backend($1)", [pid]),
        () => proxy.reset(),
        () => proxy.end(),
      ]) {
        const connection = connect({ port: proxy.port });
        let first = 0;
        const work = (db: Db) =>
          db.transaction().execute(async (trx) => {
            const pid = await sessionId(trx);
            if (first === 0) {
              first = pid;
              await cut(pid);
              await sql`select pg_sleep(1)`.execute(trx);
            }
            return sessionId(trx);
          });
        expect(await connection.withSession(work, (_error, attempt) => attempt === 1)).not.to.equal(
          first,
        );
      }
    } finally {
      proxy.stop();
    }
  });

  it("does work again as often as it is told to when what fails passes, and once otherwise", async () => {
    const connection = connect();
    const attempts: number[] = [];
    let calls = 0;
    const failing = (code: string) =>
      connection
        .withSession(
          () => {
            calls++;
            return Promise.reject(Object.assign(new Error("x"), { code }));
          },
          (_error, attempt) => {
            attempts.push(attempt);
            return attempt < 3;
          },
        )
        .catch((error: unknown) => error);

    expect(await failing("40P01")).to.have.property("code", "40P01");
    expect(attempts).to.deep.equal([1, 2, 3]);
    expect(calls).to.equal(3);
    attempts.length = calls = 0;
    expect(await failing("42501")).to.have.property("code", "42501");
    expect(attempts).to.deep.equal([1]);
    expect(calls).to.equal(2);
    attempts.length = calls = 0;
    expect(await failing("22P02")).to.have.property("code", "22P02");
    expect(attempts).to.deep.equal([]);
    expect(calls).to.equal(1);
  });

  it("gives up on a server that falls silent, and connects anew", async () => {
    const proxy = await Proxy.start(port);
    try {
      const connection = connect({ port: proxy.port, queryTimeoutMs: 300 });
      const first = await connection.withSession(sessionId);
      proxy.freeze();
      const lost: unknown = await connection
        .withSession(sessionId)
        .catch((error: unknown) => error);
      expect(lost).to.have.property("message", "Query read timeout");
      expect(await connection.withSession(sessionId)).not.to.equal(first);

      // Its rollback does not wait behind the lost statement for as long again.
      const startedAt = Date.now();
      const again: unknown = await connection
        .withSession((db) =>
          db.transaction().execute(async (trx) => {
            proxy.freeze();
            await sessionId(trx);
          }),
        )
        .catch((error: unknown) => error);
      expect(isTransient(again)).to.equal(true);
      expect(Date.now() - startedAt).to.be.below(550);
    } finally {
      proxy.stop();
    }
  });

  it("refuses a server whose certificate nobody vouches for", async () => {
    const access = { host: "localhost", port, database: test.name, user: master };
    const connection = connectTo(access, "x");
    const refused: unknown = await connection
      .withSession(sessionId)
      .catch((error: unknown) => error);
    expect(refused).to.have.property("code", "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  });

  it("refuses a server of another name, although its authority is known", async () => {
    const { authority, certificate, key } = await makeCertificate(["elsewhere.example"]);
    // As PostgreSQL does: `S` for the request to use TLS, then the handshake.
    const impostor = net.createServer((socket) => {
      socket.once("data", () => {
        socket.write("S");
        new tls.TLSSocket(socket, { isServer: true, cert: certificate, key }).on(
          "error",
          () => undefined,
        );
      });
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => impostor.listen(0, "127.0.0.1", resolve));
    try {
      const access = {
        host: "localhost",
        port: (impostor.address() as net.AddressInfo).port,
        database: test.name,
        user: master,
      };
      const connection = connectTo(access, password, { authorities: [authority] });
      const refused: unknown = await connection
        .withSession(sessionId)
        .catch((error: unknown) => error);
      expect(refused).to.have.property("code", "ERR_TLS_CERT_ALTNAME_INVALID");
    } finally {
      impostor.close();
    }
  });

  it("trusts the certificates beside the Lambda's code, and without them no stranger's", async () => {
    const access = { host: "localhost", port, database: test.name, user: master };
    const connection = connectTo(access, password);
    opened.push(connection);
    const refused: unknown = await connection
      .withSession(sessionId)
      .catch((error: unknown) => error);
    expect(refused).to.have.property("code", "UNABLE_TO_VERIFY_LEAF_SIGNATURE");

    // Not bundled, the code is a folder of its own.
    const file = path.join(__dirname, "../../../../functions/database/session", certificatesFile);
    fs.writeFileSync(file, authorities[0]!);
    try {
      expect(await connection.withSession(sessionId)).to.be.a("number");
    } finally {
      fs.rmSync(file);
    }
  });

  it("takes an array for one parameter, and numbers and times as they are", async () => {
    const { rows } = await connect().withSession((db) =>
      sql`select ${["a,b", '"']}::text[] as list, ${new Date(0)}::timestamptz as time`.execute(db),
    );
    expect(rows).to.deep.equal([{ list: ["a,b", '"'], time: new Date(0) }]);
  });
});

/** Forwards to a port of this machine, until it is frozen: then open connections stay half-open. */
class Proxy {
  readonly #server: net.Server;
  readonly #pairs: [net.Socket, net.Socket][] = [];

  private constructor(target: number) {
    this.#server = net.createServer((client) => {
      const upstream = net.connect(target, "127.0.0.1");
      for (const socket of [client, upstream]) socket.on("error", () => undefined);
      client.pipe(upstream).pipe(client);
      this.#pairs.push([client, upstream]);
    });
  }

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  freeze(): void {
    for (const [client, upstream] of this.#pairs) {
      client.unpipe(upstream);
      upstream.unpipe(client);
    }
  }

  /** A dropped connection: RST to the client. */
  reset(): Promise<void> {
    for (const [client] of this.#pairs.splice(0)) client.resetAndDestroy();
    return Promise.resolve();
  }

  /** An orderly end that nobody asked for: FIN to the client. */
  end(): Promise<void> {
    for (const [client] of this.#pairs.splice(0)) client.end();
    return Promise.resolve();
  }

  stop(): void {
    for (const socket of this.#pairs.flat()) socket.destroy();
    this.#server.close();
  }
}
