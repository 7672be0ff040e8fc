import { expect } from "chai";
import { help, parseOptions } from "../../local/options";

describe("command line of npm start", () => {
  it("has defaults", () => {
    expect(parseOptions([])).to.deep.equal({
      once: false,
      stack: "dev",
      set: {},
      secretSet: {},
      bucketDir: "local-bucket",
      speed: 1,
      verbose: false,
      help: false,
    });
  });

  it("takes every option, and the last of a key's values", () => {
    const line = "--stack prod --bucket-dir b --events - --data-dir d --speed 2.5 --verbose";
    expect(
      parseOptions([
        ...line.split(" "),
        ...["--set", "a=1", "--set", "x:b=c=d", "--set", "a=", "--set", "dbPassword=p"],
        ...["--set", "edp-monitor:dbPassword=q"],
      ]),
    ).to.deep.equal({
      once: false,
      stack: "prod",
      set: { a: "", "x:b": "c=d" },
      secretSet: { dbPassword: "p", "edp-monitor:dbPassword": "q" },
      bucketDir: "b",
      events: "-",
      dataDir: "d",
      speed: 2.5,
      verbose: true,
      help: false,
    });
  });

  const wrong: [string[], string][] = [
    [["--set", "bucketName"], '--set is "bucketName", allowed is KEY=VALUE: --set bucketThresholdDuration=5'],
    [["--set", "=1"], '--set is "=1", allowed is KEY=VALUE: --set bucketThresholdDuration=5'],
    ...["0", "0.5", "61", "fast", "", "NaN"].map((speed): [string[], string] => [
      [`--speed=${speed}`],
      `--speed is ${JSON.stringify(speed)}, allowed is a number from 1 to 60: --speed 30`,
    ]),
    [["--onse"], "Unknown option '--onse': allowed is what npm start -- --help lists"],
    [["--stack"], "Option '--stack <value>' argument missing: allowed is what npm start -- --help lists"],
    [["--once=yes"], "Option '--once' does not take an argument: allowed is what npm start -- --help lists"],
    [["dev"], "Unexpected argument 'dev': allowed is what npm start -- --help lists"],
    [["--once", "--events", "f"], "--once ends after the demo, which --events replaces: use one of them"],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(" ")}`, () => {
      expect(() => parseOptions(args)).to.throw(Error, new RegExp(`^${RegExp.escape(message)}$`));
    });
  }

  it("has a help that fits 80 columns and names every option", () => {
    expect(help.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
    for (const name of ["once", "stack", "set", "bucket-dir", "events", "data-dir", "speed"]) {
      expect(help).to.include(`  --${name}`);
    }
  });
});
