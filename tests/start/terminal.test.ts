import { expect } from "chai";
import { PassThrough } from "node:stream";
import { Output, readableLine, type OutputOptions } from "../../start/terminal";
import { printable } from "../../start/terminal/printable";

describe("the terminal's output", () => {
  function outputOf(options: OutputOptions, say: (output: Output) => void) {
    const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
    say(new Output(options, streams as unknown as Pick<NodeJS.Process, "stdout" | "stderr">));
    const [stdout, stderr] = [streams.stdout, streams.stderr].map((one) =>
      (one.read() as Buffer | null)?.toString(),
    );
    return { stdout, stderr };
  }
  const detail = { prefix: "a/b/", trigger: "duration", held: false, fileCount: 1, totalBytes: 1 };
  const event = (changes: object) =>
    JSON.stringify({ source: "s", detail: { ...detail, ...changes } }, null, 2);

  it("has one line for an announcement, in words", () => {
    const { stdout, stderr } = outputOf({}, (output) => {
      output.announcement(event({}));
      const many = { fileCount: 1_234, totalBytes: 9_999, trigger: "event-count" };
      output.announcement(event({ ...many, prefix: "" }));
      output.announcement(event({ totalBytes: 10_000, held: true }));
      output.announcement(event({ totalBytes: 73_400_320 }));
      output.announcement(event({ totalBytes: 5e18 }));
    });

    expect(stderr).to.equal(undefined);
    expect(stdout!.split("\n")).to.deep.equal([
      "ready  a/b/  1 file, 1 byte, by duration",
      "ready  (the bucket's root)  1,234 files, 9,999 bytes, by event-count",
      "ready  a/b/  1 file, 10.0 kB, by duration, held",
      "ready  a/b/  1 file, 73.4 MB, by duration",
      "ready  a/b/  1 file, 5000.0 PB, by duration",
      "",
    ]);
  });

  it("has with --json only the events on standard output, one a line", () => {
    const { stdout, stderr } = outputOf({ json: true }, (output) => {
      output.heading("heading");
      output.announcement(event({ prefix: "a\u2028\nb/" }));
      output.problem("problem");
    });

    expect(stdout!.split("\n")).to.deep.equal([
      JSON.stringify(JSON.parse(event({ prefix: "a\u2028\nb/" }))),
      "",
    ]);
    expect(stderr!.split("\n").filter((line) => line !== "")).to.deep.equal([
      "heading",
      "ready  a\\u2028\\nb/  1 file, 1 byte, by duration",
      "problem",
    ]);
  });

  it("escapes what would act on a terminal, or look like another line", () => {
    expect(printable("plain, ü, 日本, 👩‍🔬 and a\u00a0space")).to.equal(
      "plain, ü, 日本, 👩‍🔬 and a\u00a0space",
    );
    expect(printable("\u001b[31mred\u0007\r\n\t\u009b2J")).to.equal(
      "\\u001b[31mred\\u0007\\r\\n\\t\\u009b2J",
    );
    expect(printable("a\u2028b\u2029c\u202egpj.exe\u2066\ufeff\ud800")).to.equal(
      "a\\u2028b\\u2029c\\u202egpj.exe\\u2066\\ufeff\\ud800",
    );
    const { stdout } = outputOf({ verbose: true }, (output) => {
      output.announcement(event({ prefix: "x\nready  y/\u001b[2J" }));
      output.log({
        level: "warn",
        from: "ingest",
        text: '{"message":"m","key":"a\\nready  z/"}',
      });
    });
    expect(stdout!.split("\n")).to.have.length(3);
    expect(stdout).to.not.contain("\u001b[2J");
  });

  it("shows quiet lines only with --verbose", () => {
    const say = (output: Output) => output.log({ level: "info", from: "ingest", text: "quiet" });

    expect(outputOf({}, say).stdout).to.equal(undefined);
    expect(outputOf({ verbose: true }, say).stdout).to.equal("ingest: quiet\n");
  });

  it("reads a structured line, without the logger's fields and the metrics", () => {
    const line = {
      level: "INFO",
      message: "ingested",
      timestamp: "t",
      service: "ingest",
      cold_start: false,
      function_name: "f",
      sampling_rate: 0,
      xray_trace_id: "x",
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [{ Dimensions: [["bucket"]], Metrics: [{ Name: "Stored" }] }],
      },
      bucket: "b",
      Stored: 3,
      messages: 3,
      prefixes: ["a/"],
      reason: "none",
    };

    expect(readableLine(JSON.stringify(line))).to.equal(
      'ingested (messages 3, prefixes ["a/"], reason none)',
    );
    expect(readableLine('{"level":"INFO","message":"alone"}')).to.equal("alone");
    for (const text of ["REPORT no JSON", '{"half', "[1]", "null"]) {
      expect(readableLine(text)).to.equal(text);
    }
  });
});
