import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../../support/wait-for";

const root = path.resolve(__dirname, "../..");
const consumer = path.join(root, "examples", "consumer-lambda", "on-laptop.mjs");

/** `npm start -- …` without npm. */
class Start {
  /** Of both streams, in the order of their arrival. */
  output = "";
  stdout = "";
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    this.process = spawn(process.execPath, ["--import", "tsx", "start/main.ts", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout!.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = new Promise((resolve) => this.process.once("close", resolve));
  }

  says(pattern: RegExp): Promise<RegExpExecArray> {
    return waitFor(
      () => `${String(pattern)} in: ${this.output}`,
      () => pattern.exec(this.output),
    );
  }

  interrupt(): Promise<number | null> {
    this.process.kill("SIGINT");
    return this.ended;
  }
}

describe("npm start", function () {
  this.timeout(60_000); // a stack, or a process, starts
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-bucket-"));
    fs.chmodSync(folder, 0o755); // PostgreSQL may have to run as another user
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("--once announces the demo's two prefixes, and ends", async () => {
    const start = new Start("--once", "--bucket-dir", folder);
    expect(await start.ended).to.equal(0);
    expect(start.output).to.match(
      /^ready {2}run-\w+\/reads\/ {2}20 files, [\d,]+ bytes, by event-count$/m,
    );
    expect(start.output).to.match(
      /^ready {2}run-\w+\/reports\/ {2}4 files, \d+ bytes, by duration$/m,
    );
    const wide = start.output.split("\n").filter((line) => line.length > 80);
    expect(wide).to.deep.equal([]);
    expect(start.output, "no colours in a pipe").not.to.contain("\u001b");
    expect(fs.readdirSync(folder), "the demo's files").to.deep.equal([]);
  });

  it("--once --json prints the announcements, and hands them to a command of the user's", async () => {
    const seen = path.join(folder, "seen");
    const bucket = path.join(folder, "bucket");
    const start = new Start(
      ...["--once", "--json", "--speed", "10", "--bucket-dir", bucket],
      ...["--on-ready", `tee -a '${seen}' | node ${consumer} '${folder}/memory'`, "--twice"],
    );
    expect(await start.ended).to.equal(0);

    const lines = start.stdout.split("\n");
    expect(lines.pop()).to.equal("");
    const events = lines.map((line) => JSON.parse(line) as { detail: { prefix: string } });
    const prefixes = events.map(({ detail }) => detail.prefix.replace(/^run-\w+/, "run"));
    expect(prefixes).to.deep.equal(["run/reads/", "run/reports/"]);
    expect(fs.readFileSync(seen, "utf8").trim().split("\n")).to.deep.equal(
      lines.flatMap((line) => [line, line]),
    );
    expect(start.output.match(/^building a package of .*$/gm)).to.have.length(2);
    expect(start.output.match(/^batch .* was here before: dropped$/gm)).to.have.length(2);
    expect(fs.existsSync(bucket), "the folder that the demo made").to.equal(false);
  });

  it("announces files that are copied into the folder, by their count, until Ctrl-C", async () => {
    const start = new Start("--set", "bucketThresholdEventCount=3", "--bucket-dir", folder);
    const [, page] = await start.says(/^ {2}page +(http:\/\/127\.0\.0\.1:\d+)$/m);
    expect(await (await fetch(page!)).text()).to.include("<title>EDP Monitor on this machine");
    await start.says(/Watching/);
    const source = path.join(folder, "..", `${path.basename(folder)}-source`);
    fs.mkdirSync(source);
    for (const name of ["a b.txt", "ü+%20.txt", "c.txt"])
      fs.writeFileSync(path.join(source, name), name);
    const copiedAt = Date.now();
    fs.cpSync(source, path.join(folder, "plate reader", "run-1"), { recursive: true });
    fs.rmSync(source, { recursive: true });

    await start.says(/^ready {2}plate reader\/run-1\/ {2}3 files, [\d,]+ bytes, by event-count$/m);
    expect(Date.now() - copiedAt).to.be.below(5_000);
    expect(await start.interrupt()).to.equal(0);
    expect(start.output).to.contain("Shutting down.");
  });

  it("announces a file when it has gone quiet", async () => {
    const start = new Start("--set", "bucketThresholdDuration=5", "--bucket-dir", folder);
    await start.says(/Watching/);
    const writtenAt = Date.now();
    fs.mkdirSync(path.join(folder, "scope", "run-2"), { recursive: true });
    fs.writeFileSync(path.join(folder, "scope", "run-2", "image.tif"), "x");

    await start.says(/^ready {2}scope\/run-2\/ {2}1 file, 1 byte, by duration$/m);
    expect(Date.now() - writtenAt).to.be.within(5_000, 10_000);
    await start.interrupt();
  });

  it("plays recorded events, keeps its database, and says how fast its clock runs", async () => {
    const data = path.join(folder, "data");
    const file = path.join(folder, "events.jsonl");
    const event = (key: string, sequencer: string) =>
      JSON.stringify({
        source: "aws.s3",
        "detail-type": "Object Created",
        detail: { bucket: { name: "edp-monitor-dev" }, object: { key, size: 1, sequencer } },
      });
    fs.writeFileSync(file, [event("r/1/a", "01"), "not json", "", event("r/1/b", "02")].join("\n"));
    const args = ["--events", file, "--data-dir", data, "--speed", "10"];

    const first = new Start(...args);
    await first.says(/^ready {2}r\/1\/ {2}2 files, 2 bytes, by duration$/m);
    expect(first.output).to.contain(`${file}, line 2 is not JSON: skipped`);
    expect(first.output).to.contain("  The clock runs 10 times as fast: 10 s of quiet take 1.0 s.");
    expect(await first.interrupt()).to.equal(0);

    const second = new Start(...args, "--verbose");
    await second.says(/ingested \(.*duplicates 2,/);
    await second.interrupt();
    expect(second.output).not.to.contain("ready  r/1/");
  });

  it("--once ends when every recorded event is announced, or rejected, which is a failure", async () => {
    const file = path.join(folder, "events.jsonl");
    const event = (key: string, changes: object = {}) => ({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: "edp-monitor-dev" }, object: { key, size: 1, sequencer: key } },
      ...changes,
    });
    const other = { detail: { bucket: { name: "other" }, object: { key: "x" } } };
    const run = async (events: object[], ...args: string[]) => {
      fs.writeFileSync(file, JSON.stringify(events, null, 2));
      const start = new Start("--events", file, "--once", "--speed", "20", ...args);
      return { code: await start.ended, output: start.output };
    };
    const old = { time: "2021-11-12T00:00:00Z" };

    const some = await run([event("r/1/a"), event("r/1/b", old), event("c", other)]);
    expect(some.code, some.output).to.equal(1);
    expect(some.output).to.contain(
      [
        "  3 recorded events were put on the bus; the rule took 2",
        "  1 of 3 is of other: --set bucketName=other",
        "  1 of 3 is older than the ledger remembers, and rejected: --now counts them",
      ].join("\n"),
    );
    expect(some.output).to.match(/^edp-monitor-ingest: message rejected .*reason too-old/m);
    expect(some.output).to.match(/^ready {2}r\/1\/ {2}1 file,/m);

    const all = await run([event("r/1/a"), event("r/1/b", old)], "--now");
    expect(all.code, all.output).to.equal(0);
    expect(all.output).to.contain("  2 recorded events were put on the bus\n");
    expect(all.output).to.match(/^ready {2}r\/1\/ {2}2 files,/m);

    const none = await run([event("c", other)]);
    expect(none.code, none.output).to.equal(1);
  });

  it("shows the warnings of the program", async () => {
    const start = new Start(
      "--once",
      "--bucket-dir",
      folder,
      "--speed",
      "10",
      "--set",
      "dbInstanceClass=db.t4g.micro",
    );
    expect(await start.ended).to.equal(0);
    expect(start.output).to.match(
      /^program: dbInstanceClass is db\.t4g\.micro, whose 1 GiB is little/m,
    );
  });

  it("says what is wrong with the config, and what would be right", async () => {
    const start = new Start("--set", "bucketThresholdEventCount=0", "--set", "bucketPrefixDept=2");
    expect(await start.ended).to.equal(1);
    expect(start.output).to.contain(
      [
        "EDP Monitor did not start:",
        'bucketPrefixDept is "2", allowed are only known args, the nearest is bucketPrefixDepth: leave --set bucketPrefixDept out',
        "bucketThresholdEventCount is 0, allowed is a whole number from 1 to 1000000: npm start -- --set bucketThresholdEventCount=20",
        "",
      ].join("\n"),
    );
    expect(start.output).not.to.match(/^ {4}at /m);
  });

  it("says what is wrong with its flags", async () => {
    const start = new Start("--speed", "0");
    expect(await start.ended).to.equal(2);
    expect(start.output).to.contain('--speed is "0", allowed is a number from 1 to 1000');
  });
});
