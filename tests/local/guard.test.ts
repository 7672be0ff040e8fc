import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { cleanUpLeftover, Guard } from "../../local/guard";
import { processesOf } from "../support/processes";
import { waitFor } from "../../support/wait-for";

describe("guard", function () {
  this.timeout(60_000); // a stack, or a process, starts
  let parent: string;
  let folder: string;
  let program: ChildProcess | undefined;
  beforeEach(() => {
    parent = fs.mkdtempSync(path.join(os.tmpdir(), "edp-guard-"));
    folder = path.join(parent, "stack");
    fs.mkdirSync(folder);
    fs.chmodSync(parent, 0o755); // PostgreSQL may have to run as another user
  });
  afterEach(async () => {
    if (program) await killed(program);
    await waitFor("the guard's end", async () => (await cleanUpLeftover(folder)) !== "guarded");
    fs.rmSync(parent, { recursive: true, force: true });
  });

  async function start(...args: string[]): Promise<{ port: number; guard: number }> {
    const file = path.join(__dirname, "../support/guarded-database.ts");
    program = spawn(process.execPath, ["--import", "tsx", file, folder, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    program.stdout!.on("data", (text: Buffer) => (said += text.toString()));
    await waitFor("the database", () => said.endsWith("\n"));
    return JSON.parse(said) as { port: number; guard: number };
  }

  async function killed(one: ChildProcess): Promise<void> {
    if (one.exitCode !== null || one.signalCode !== null) return;
    one.kill("SIGKILL");
    await once(one, "exit");
  }

  const listens = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("error", () => resolve(false));
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
    });

  it("ends the database of a program that is killed, and removes what is not to stay", async () => {
    const file = path.join(parent, "demo", "file.txt");
    fs.mkdirSync(path.dirname(file));
    const { port } = await start("temporary", file);
    expect(await listens(port)).to.equal(true);

    await killed(program!);
    await waitFor("an empty folder", () => fs.readdirSync(parent).length === 0);
    expect(await listens(port)).to.equal(false);
  });

  it("keeps a folder that is to stay, and other files than those it was told of", async () => {
    const file = path.join(parent, "demo", "file.txt");
    fs.mkdirSync(path.dirname(file));
    const { port } = await start("stays", file);
    fs.writeFileSync(path.join(parent, "demo", "of the user.txt"), "");

    await killed(program!);
    await waitFor("the guard's end", () => !fs.existsSync(path.join(folder, "guard.json")));
    expect(await listens(port)).to.equal(false);
    expect(fs.readdirSync(path.join(parent, "demo"))).to.deep.equal(["of the user.txt"]);
    expect(fs.readdirSync(folder)).to.deep.equal(["database"]);
    const log = fs.readFileSync(path.join(folder, "database", "postgres.log"), "utf8");
    expect(log).to.match(/database system is shut down\n$/);
  });

  it("is followed by a clean-up, where it was killed itself; what is guarded stays", async () => {
    const { port, guard } = await start("temporary");
    expect(await cleanUpLeftover(folder)).to.equal("guarded");
    expect(await listens(port)).to.equal(true);

    process.kill(guard, "SIGKILL");
    await killed(program!);
    expect(await listens(port), "nobody was left to end it").to.equal(true);
    expect(await cleanUpLeftover(folder)).to.equal("cleaned up");
    expect(await listens(port)).to.equal(false);
    expect(fs.existsSync(folder)).to.equal(false);
    expect(await cleanUpLeftover(folder)).to.equal("clean");
  });

  it("is started again when it dies before it guards, as of a Ctrl-C", async function () {
    if (process.platform !== "linux") this.skip();
    for (;;) {
      fs.mkdirSync(folder, { recursive: true });
      const starting = Guard.start(folder, { temporary: true });
      const [first] = processesOf(`guard.cjs ${folder}`);
      process.kill(first!.pid, "SIGKILL");
      const guard = await starting;
      const wasTooLate = guard.pid === first!.pid;
      if (!wasTooLate) expect(await cleanUpLeftover(folder)).to.equal("guarded");
      await guard.end();
      expect(fs.existsSync(folder)).to.equal(false);
      if (!wasTooLate) return;
    }
  });

  it("is not missed where everything was killed before it began", async () => {
    const list = path.join(folder, "not-to-stay.json");
    fs.writeFileSync(list, JSON.stringify({ temporary: true, files: [], folders: [] }));
    expect(await cleanUpLeftover(folder), "of one that begins").to.equal("clean");
    const before = new Date(Date.now() - 61_000);
    fs.utimesSync(list, before, before);
    expect(await cleanUpLeftover(folder)).to.equal("cleaned up");
    expect(fs.existsSync(folder)).to.equal(false);
  });
});
