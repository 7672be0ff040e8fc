// What is left when `npm start` ends, in every way in which it can, on a real terminal. Linux only: it
// looks into /proc, and `script` is util-linux's. ROUNDS=20 repeats each.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { processesOf } from "../support/processes";
import { waitFor } from "../../support/wait-for";
import { isTerminal, PseudoTerminal } from "./pseudo-terminal";

const root = path.resolve(__dirname, "../..");
const rounds = Number(process.env["ROUNDS"] ?? 1);

describe("npm start on a terminal", () => {
  let folder: string;
  let bucket: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-terminal-"));
    fs.chmodSync(folder, 0o755); // PostgreSQL may have to run as another user
    bucket = path.join(folder, "bucket");
  });
  afterEach(() => {
    for (const { pid } of processesOf(folder)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const start = (...args: string[]) =>
    new PseudoTerminal(folder, "--bucket-dir", bucket, "--port", "0", ...args);

  /** npm and tsx keep what they have compiled; everything else is ours. */
  const left = () => [
    ...processesOf(folder)
      .map(({ command }) => command)
      .filter((command) => !isTerminal(command)),
    ...fs.readdirSync(folder).filter((name) => !/^(tsx-\d+|node-compile-cache)$/.test(name)),
    ...fs.readdirSync(root).filter((name) => name.startsWith("dist-")),
  ];
  const nothingLeft = () =>
    waitFor(
      () => `nothing to be left, but: ${left().join("\n")}`,
      () => left().length === 0,
    );

  it("leaves nothing after Ctrl-C while a Lambda waits for a debugger", async () => {
    const terminal = start("--inspect", "ingest");
    await waitFor("a Lambda that waits", () =>
      processesOf(folder).some(({ command }) => command.includes("--inspect-wait")),
    );
    terminal.ctrlC();
    await nothingLeft();
    expect(terminal.output).to.contain("Shutting down.");
    expect(terminal.output.match(/.*(did not start|Error).*/g) ?? []).to.deep.equal([]);
  });

  /** What `npm start` has said last when it is ended. */
  const moments = [
    "on this machine",
    "PostgreSQL starts",
    "migration runs",
    "resources of the program",
    "Watching",
  ];

  for (let round = 1; round <= rounds; round++) {
    const moment = moments.at(-round % moments.length)!;

    it(`leaves nothing after Ctrl-C at "${moment}", round ${round}`, async () => {
      const terminal = start();
      await terminal.says(moment);
      terminal.ctrlC();
      await nothingLeft();
      expect(terminal.output).to.contain("Shutting down.");
      expect(terminal.output.match(/.*(did not start|Error).*/g) ?? []).to.deep.equal([]);
    });

    it(`leaves nothing when the terminal is closed at "${moment}", round ${round}`, async () => {
      const terminal = start();
      await terminal.says(moment);
      await terminal.close();
      await nothingLeft();
    });

    it(`leaves nothing when npm alone is ended, round ${round}`, async () => {
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        const terminal = start();
        await terminal.says("Watching");
        terminal.kill(signal, /^npm start/);
        await nothingLeft();
        await terminal.close();
      }
    });

    it(`leaves nothing after kill -9, round ${round}`, async () => {
      const terminal = start();
      await terminal.says("Watching");
      terminal.kill("SIGKILL", /^node .*start\/main\.ts/);
      await nothingLeft();
    });

    it(`cleans up after one that was killed with its guard, round ${round}`, async () => {
      const killed = start();
      await killed.says("Watching");
      killed.kill("SIGKILL", /^node .*start\/main\.ts/, /guard\.cjs/);
      expect(left(), "of the killed one").not.to.deep.equal([]);

      const next = start();
      await next.says("Watching");
      next.ctrlC();
      await nothingLeft();
    });
  }
});
