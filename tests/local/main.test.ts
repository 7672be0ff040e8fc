import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../support/wait-for";

const root = path.resolve(__dirname, "../..");

/** `npm start -- …` without npm. */
class Start {
  output = "";
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    this.process = spawn(process.execPath, ["--import", "tsx", "local/main.ts", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
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
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-bucket-"));
    fs.chmodSync(folder, 0o755); // PostgreSQL may have to run as another user
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** The JSON of an announcement, after its summary line. */
  const announcement = async (start: Start, prefix: string) => {
    const [, json] = await start.says(new RegExp(`^ready  ${prefix}.*\n(\\{[^]*?^\\})`, "m"));
    return (JSON.parse(json!) as { detail: Record<string, unknown> }).detail;
  };

  it("--once announces the demo's two prefixes, and ends", async () => {
    const start = new Start("--once", "--bucket-dir", folder);
    expect(await start.ended).to.equal(0);
    expect(start.output).to.match(
      /^ready {2}run-\w+\/reads\/ {2}20 files, \d+ bytes, by event-count$/m,
    );
    expect(start.output).to.match(
      /^ready {2}run-\w+\/reports\/ {2}4 files, \d+ bytes, by duration$/m,
    );
    const wide = start.output.split("\n").filter((line) => line.length > 80);
    expect(wide).to.deep.equal([]);
    expect(start.output, "no colours in a pipe").not.to.contain("\u001b");
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

    const detail = await announcement(start, "plate reader/run-1/");
    expect(detail).to.include({ fileCount: 3, trigger: "event-count" });
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

    expect(await announcement(start, "scope/run-2/")).to.include({
      fileCount: 1,
      trigger: "duration",
    });
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
    expect(await announcement(first, "r/1/")).to.include({ fileCount: 2, trigger: "duration" });
    expect(first.output).to.contain(`${file}, line 2 is not JSON: skipped`);
    expect(first.output).to.contain("  The clock runs 10 times as fast: 10 s of quiet take 1.0 s.");
    expect(await first.interrupt()).to.equal(0);

    const second = new Start(...args, "--verbose");
    await second.says(/"duplicates":2/);
    await second.interrupt();
    expect(second.output).not.to.contain("ready  r/1/");
  });

  it("says what is wrong with the config, and what would be right", async () => {
    const start = new Start("--set", "bucketThresholdEventCount=0", "--set", "bucketPrefixDept=2");
    expect(await start.ended).to.equal(1);
    expect(start.output).to.contain(
      [
        "EDP Monitor did not start:",
        'bucketPrefixDept is "2", allowed are known args alone, the nearest is bucketPrefixDepth: leave --set bucketPrefixDept out',
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
