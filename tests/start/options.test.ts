import { expect } from "chai";
import { onCommandLine, parseOptions, usage, UsageError } from "../../start/options";

describe("command line of npm start", () => {
  it("has defaults", () => {
    expect(parseOptions([])).to.deep.equal({
      once: false,
      stack: "dev",
      set: {},
      bucketDir: "local-bucket",
      speed: 1,
      verbose: false,
      json: false,
      twice: false,
      now: false,
      help: false,
    });
  });

  it("takes every option, and the last of a key's values", () => {
    const line =
      "--stack prod --bucket-dir b --events - --now --data-dir d --speed 2.5 --port 8080 --verbose " +
      "--once --json --on-ready tee --twice --inspect emitter --help";
    expect(
      parseOptions([...line.split(" "), ...["--set", "a=1", "--set", "x:b=c=d", "--set", "a="]]),
    ).to.deep.equal({
      once: true,
      json: true,
      onReady: "tee",
      twice: true,
      now: true,
      stack: "prod",
      set: { a: "", "x:b": "c=d" },
      bucketDir: "b",
      events: "-",
      dataDir: "d",
      speed: 2.5,
      port: 8080,
      inspect: "emitter",
      verbose: true,
      help: true,
    });
  });

  const wrong: [string[], string][] = [
    [["--set", "bucketName"], '--set is "bucketName", allowed is KEY=VALUE'],
    [["--set", "=1"], '--set is "=1", allowed is KEY=VALUE'],
    ...["0", "0.5", "1001", "fast", "", "NaN"].map((speed): [string[], string] => [
      [`--speed=${speed}`],
      `--speed is ${JSON.stringify(speed)}, allowed is a number from 1 to 1000`,
    ]),
    ...["", "-1", "65536", "80.5", "http"].map((port): [string[], string] => [
      [`--port=${port}`],
      `--port is ${JSON.stringify(port)}, allowed is a number from 0 (any free one) to 65535`,
    ]),
    [["--inspect", "ingress"], '--inspect is "ingress", allowed are ingest, emitter, migration'],
    [["--onse"], "Unknown option '--onse'"],
    [["--stack"], "Option '--stack <value>' argument missing"],
    [["--once=yes"], "Option '--once' does not take an argument"],
    [["dev"], 'argument "dev" is unknown'],
    [["--twice"], "--twice says something about --on-ready, which is missing"],
    [["--now", "--once"], "--now says something about --events, which is missing"],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(" ")}`, () => {
      expect(() => parseOptions(args))
        .to.throw(UsageError)
        .with.property("message", `${message}\n\n${usage}`);
    });
  }

  it("mends a value of the config with --set, whatever the stack's file says", () => {
    const words = onCommandLine(parseOptions(["--set", "edp-monitor:zzz=1", "--stack", "lab"]));
    const mends: [Parameters<typeof words>[0], string][] = [
      [{ arg: "bucketPrefixDepth", value: 2 }, "npm start -- --set bucketPrefixDepth=2"],
      [{ arg: "dbMultiAz", value: false }, "npm start -- --set dbMultiAz=false"],
      [{ arg: "subnetIds", value: ["s-1", "s-2"] }, "npm start -- --set subnetIds=s-1,s-2"],
      [
        { arg: "bucketIgnorePrefixes", value: "it's/*, b" },
        "npm start -- --set 'bucketIgnorePrefixes=it'\\''s/*, b'",
      ],
      [{ arg: "tags", value: { team: "g" } }, `npm start -- --set 'tags={"team":"g"}'`],
      [{ arg: "dbPassword", isSecret: true }, "npm start -- --set dbPassword=..."],
      [{ arg: "zzz" }, "leave --set zzz out"],
      [{ arg: "yyy" }, "take yyy out of Pulumi.lab.yaml"],
    ];
    for (const [change, expected] of mends) expect(words(change)).to.equal(expected);
  });

  it("has a help that fits 80 columns and names every option", () => {
    expect(usage.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
    const names = [
      ...["once", "json", "on-ready", "twice", "now"],
      "stack",
      "set",
      "bucket-dir",
      "events",
      "data-dir",
      "speed",
      "port",
      "verbose",
    ];
    for (const name of names) expect(usage).to.include(`\n  --${name} `);
  });
});
