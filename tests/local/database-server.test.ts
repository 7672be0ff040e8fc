import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Client, type ClientConfig } from "pg";
import { DatabaseServer } from "../../local/database";
import { rejection } from "../../support/rejection";

describe("local database server", function () {
  this.timeout(60_000); // a stack, or a process, starts
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-database-"));
  const options = {
    folder,
    master: { user: "edp", password: "pa$$w'ord" },
    database: "edp",
    iamAuthentication: true,
  };
  let server: DatabaseServer;

  before(async () => {
    fs.chmodSync(folder, 0o755);
    server = await DatabaseServer.create(options);
  });
  after(async () => {
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function as<T>(
    config: ClientConfig,
    work: (client: Client) => Promise<T>,
  ): Promise<T | undefined> {
    const client = new Client({
      host: server.host,
      port: server.port,
      database: "edp",
      ssl: { ca: fs.readFileSync(server.caFile, "utf8") },
      ...config,
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
  const whoAmI = async (client: Client) =>
    (await client.query<{ user: string }>("select current_user as user")).rows[0]!.user;

  it("has a master user that is no superuser and may do what RDS's may", async () => {
    const rights = await as(options.master, async (client) => {
      await client.query("create role app login");
      await client.query("grant rds_iam to app");
      await client.query("create schema app");
      const { rows } = await client.query(
        `select rolsuper, rolcreaterole, rolcreatedb,
           pg_has_role('rds_iam', 'usage') as uses_iam, pg_has_role('rds_iam', 'set') as sets_iam
         from pg_roles where rolname = current_user`,
      );
      return rows as unknown[];
    });

    expect(rights).to.deep.equal([
      { rolsuper: false, rolcreaterole: true, rolcreatedb: true, uses_iam: false, sets_iam: false },
    ]);
  });

  it("takes any token of a member of rds_iam, and of the master only the password", async () => {
    expect(await as({ user: "app", password: "a token" }, whoAmI)).to.equal("app");
    expect(await rejection(as({ user: "edp", password: "a token" }, whoAmI))).to.equal(
      'password authentication failed for user "edp"',
    );
  });

  it("refuses who comes without TLS, and is refused by who does not know its authority", async () => {
    expect(await rejection(as({ ...options.master, ssl: false }, whoAmI))).to.match(
      /^pg_hba.conf rejects connection .* no encryption$/,
    );
    expect(await rejection(as({ ...options.master, ssl: true }, whoAmI))).to.match(
      /^unable to verify the first certificate/,
    );
  });

  it("keeps what was committed when it is stopped or killed, on the same port", async () => {
    const { port } = server;
    await as(options.master, (client) => client.query("create table kept (n int)"));
    for (const end of ["stop", "kill"] as const) {
      await as(options.master, (client) => client.query("insert into kept values (1)"));
      await server[end]();
      expect(await rejection(as(options.master, whoAmI))).to.match(/ECONNREFUSED|^$/);
      await server.start();
    }

    expect(server.port).to.equal(port);
    expect(await server.query("select n from kept", [], "edp")).to.deep.equal([{ n: 1 }, { n: 1 }]);
  });

  it("uses an existing cluster again, with a new password of the master", async () => {
    await server.stop();
    server = await DatabaseServer.create({
      ...options,
      master: { user: "edp", password: "another one" },
    });

    expect(await as({ user: "edp", password: "another one" }, whoAmI)).to.equal("edp");
    expect(await server.query("select count(*)::int as n from kept", [], "edp")).to.deep.equal([
      { n: 2 },
    ]);
  });
});
