import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { OnReady } from "../../start/on-ready";
import type { Output } from "../../start/terminal";
import { waitFor } from "../../support/wait-for";

describe("--on-ready", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-on-ready-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  function runner(command: string) {
    const said: string[] = [];
    const problems: string[] = [];
    const output = {
      textStream: { write: (text: Buffer) => said.push(text.toString()) },
      problem: (text: string) => problems.push(text),
    } as unknown as Output;
    return { onReady: new OnReady(command, output), said, problems };
  }
  const message = (prefix: string) => JSON.stringify({ detail: { prefix, batchId: "b1" } });

  it("gets each announcement on its standard input, one after the other", async () => {
    const log = path.join(folder, "log");
    // The first takes longer than the second would: only their order keeps them apart.
    const { onReady, said, problems } = runner(
      `echo begin >> "${log}"; tee -a "${log}"; sleep 0.2; echo end >> "${log}"`,
    );
    onReady.hand(message("a/"));
    onReady.hand(message("b/"));
    await onReady.end();

    expect(fs.readFileSync(log, "utf8").split("\n")).to.deep.equal([
      ...["begin", message("a/"), "end", "begin", message("b/"), "end", ""],
    ]);
    expect(said.join("")).to.equal(`${message("a/")}\n${message("b/")}\n`);
    expect(problems).to.deep.equal([]);
  });

  it("is said to have failed, and gets the next one", async () => {
    const { onReady, problems } = runner("exit 3");
    onReady.hand(message("a/"));
    onReady.hand(message("b/"));
    await onReady.end();

    expect(problems).to.deep.equal([
      "--on-ready ended with 3, for a/ (batchId b1)",
      "--on-ready ended with 3, for b/ (batchId b1)",
    ]);
  });

  it("need not read what it is given", async () => {
    const { onReady, problems } = runner("true");
    onReady.hand(message("x".repeat(1_000_000)));
    await onReady.end();

    expect(problems).to.deep.equal([]);
  });

  for (const [what, command] of [
    ["itself", "exec sleep 600"],
    ["and what it has started", "sleep 600; true"],
    ["also where it does not want to", "trap '' TERM; sleep 600; true"],
  ] as const) {
    it(`is ended with the stack, ${what}, and not begun any more`, async () => {
      const begun = path.join(fs.mkdtempSync(path.join(folder, "begun-")), "begun");
      const { onReady, problems } = runner(`echo >> "${begun}"; ${command}`);
      onReady.hand(message("a/"));
      onReady.hand(message("b/"));
      await waitFor("the command", () => fs.existsSync(begun));
      onReady.stop();
      await onReady.end();

      expect(fs.readFileSync(begun, "utf8")).to.equal("\n");
      expect(problems).to.deep.equal([]);
    }).timeout(60_000);
  }
});
