import { expect } from "chai";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { enableEventBridgeCommand } from "../../../components/parts/enable-eventbridge-command";

/** Runs the command with an `aws` of ours, and a `jq` that knows this one expression. */
function run(answer: string, getFails = false) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-command-"));
  const script = (name: string, lines: string[]) => {
    fs.writeFileSync(path.join(folder, name), [`#!${process.execPath}`, ...lines].join("\n"), {
      mode: 0o755,
    });
  };
  const written = path.join(folder, "written.json");
  script("aws", [
    "const args = process.argv.slice(2);",
    `if (args[1].startsWith("get-")) { process.stdout.write(${JSON.stringify(answer)}); process.exit(${getFails ? 1 : 0}); }`,
    `require("fs").writeFileSync(${JSON.stringify(written)}, JSON.stringify(args));`,
  ]);
  script("jq", [
    `if (process.argv[3] !== "(.[0] // {}) + {EventBridgeConfiguration: {}}") process.exit(1);`,
    `const text = require("fs").readFileSync(0, "utf8").trim();`,
    `console.log(JSON.stringify({ ...(text === "" ? {} : JSON.parse(text)), EventBridgeConfiguration: {} }));`,
  ]);
  const { status } = spawnSync(
    "/bin/sh",
    ["-c", enableEventBridgeCommand("my-bucket", "eu-west-1")],
    {
      env: { PATH: `${folder}:/bin:/usr/bin` },
    },
  );
  const args = fs.existsSync(written)
    ? (JSON.parse(fs.readFileSync(written, "utf8")) as string[])
    : undefined;
  fs.rmSync(folder, { recursive: true });
  return { status, args };
}

describe("the command that switches EventBridge on", () => {
  const put = (configuration: unknown) => [
    ...["s3api", "put-bucket-notification-configuration"],
    ...["--bucket", "my-bucket", "--region", "eu-west-1", "--skip-destination-validation"],
    ...["--notification-configuration", JSON.stringify(configuration)],
  ];

  it("keeps what the bucket has already, without asking or testing it", () => {
    const topic = { TopicConfigurations: [{ Id: "it's $HOME", TopicArn: "arn:aws:sns:…" }] };
    expect(run(JSON.stringify(topic))).to.deep.equal({
      status: 0,
      args: put({ ...topic, EventBridgeConfiguration: {} }),
    });
  });

  it("handles the empty answer of a bucket without any", () => {
    expect(run("")).to.deep.equal({ status: 0, args: put({ EventBridgeConfiguration: {} }) });
  });

  it("writes nothing when the reading failed", () => {
    const { status, args } = run("", true);
    expect(status).to.not.equal(0);
    expect(args).to.equal(undefined);
  });
});
