// Packs the package, installs it into an empty project and uses it there as a CommonJS and as an ES
// module program, both evaluated under Pulumi's mocks, and as plugin/: what a user of the library gets.
// publint and Are the types wrong? look at it first.
import { execFileSync } from "node:child_process";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { listOf, monitorGraph } from "../support/graph";
import { tryPlugin } from "./try-plugin";

const root = path.resolve(__dirname, "..");
const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
  name: string;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** The body of both programs: prints type and name of every resource. */
const body = `
const created = [];
const answers = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getRegion:getRegion": { region: "eu-west-1" },
  "aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["eu-west-1a", "eu-west-1b"] },
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": { availabilityZones: ["eu-west-1a", "eu-west-1b"] },
  "aws:s3/getBucket:getBucket": { bucket: "b", bucketRegion: "eu-west-1" },
};
process.on("unhandledRejection", (error) => { throw error; });
const newResource = ({ type, name, inputs }) => {
  created.push(type.split(":").at(-1) + " " + name);
  return {
    id: name + "-id",
    state: {
      ...inputs, name, id: name + "-id", arn: "arn:aws:x:eu-west-1:123456789012:" + name,
      url: "https://" + name, address: name, endpoint: name + ":5432", resourceId: "db-" + name,
      hex: "abc", result: "generated-password", vpcId: "vpc", privateSubnetIds: ["a", "b"],
    },
  };
};
const call = ({ token }) => {
  if (!answers[token]) throw new Error("no answer for " + token);
  return answers[token];
};
const main = async () => {
  await pulumi.runtime.setMocks({ newResource, call }, "consumer", "test", false);
  await pulumi.runtime.runInPulumiStack(async () => { new EdpMonitor("edp", { bucketName: "instrument-bucket" }); });
  await pulumi.runtime.waitForRPCs();
  console.log(JSON.stringify(created.filter((one) => !one.startsWith("Stack ")).sort()));
};
main();
`;
/** What a consumer does with the announcement: nothing of Pulumi is loaded. */
const consumer = `
const event = require("${manifest.name}/announcement/example.json");
const schema = require("${manifest.name}/announcement/schema.json");
require.resolve("${manifest.name}/announcement/edp_announcement.py");
const loaded = Object.keys(require.cache).filter((file) => file.includes("@pulumi"));
console.log(JSON.stringify([isAnnouncement(event), schema.title, loaded]));
`;
const consumers = {
  "consumer.cjs": `const { isAnnouncement } = require("${manifest.name}/announcement");\n${consumer}`,
  "consumer.mjs":
    `import { isAnnouncement } from "${manifest.name}/announcement";\n` +
    `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\n${consumer}`,
};
const programs = {
  "program.cjs": `const pulumi = require("@pulumi/pulumi");\nconst { EdpMonitor } = require("${manifest.name}");\n${body}`,
  "program.mjs": `import * as pulumi from "@pulumi/pulumi";\nimport { EdpMonitor } from "${manifest.name}";\n${body}`,
};

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-package-"));
  try {
    const tarball = run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], root)
      .trim()
      .split("\n")
      .at(-1)!;
    judge(path.join(folder, tarball));
    const peers = Object.keys(manifest.peerDependencies).map(
      (name) => `${name}@${manifest.devDependencies[name]!}`,
    );
    fs.writeFileSync(
      path.join(folder, "package.json"),
      JSON.stringify({ name: "consumer", version: "1.0.0", private: true }),
    );
    run(
      "npm",
      ["install", "--ignore-scripts", "--prefer-offline", `./${tarball}`, ...peers],
      folder,
    );

    const expected = listOf(await monitorGraph());
    for (const [file, text] of Object.entries(programs)) {
      fs.writeFileSync(path.join(folder, file), text);
      const printed = run(process.execPath, [file], folder).trim().split("\n").at(-1)!;
      assert.deepEqual(JSON.parse(printed), expected, `${file} registers other resources`);
      console.log(`${file}: ${expected.length} resources, the same as from the sources`);
    }
    for (const [file, text] of Object.entries(consumers)) {
      fs.writeFileSync(path.join(folder, file), text);
      const printed = JSON.parse(run(process.execPath, [file], folder)) as unknown;
      assert.deepEqual(printed, [true, "package-objects-ready", []], file);
    }
    console.log(`${Object.keys(consumers).join(", ")}: know an announcement, without Pulumi`);
    await tryPlugin(path.join(folder, "plugin"), path.join(folder, tarball));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** As others see it: every file that package.json names is there, and types fit what they describe. */
function judge(tarball: string): void {
  const tools = path.join(root, "scripts/publish/node_modules/.bin");
  const types = "announcement/edp_announcement.py"; // for Python
  for (const [tool, ...options] of [
    ["publint", "--strict"],
    ["attw", "--no-color", "--format", "ascii", "--exclude-entrypoints", types],
  ] as const) {
    execFileSync(path.join(tools, tool), [tarball, ...options], { stdio: "inherit" });
  }
}

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
