// Installs plugin/ with a packed package, serves it as Pulumi's engine has it served, and asks it for its
// schema: what programs in other languages get.
import { execFileSync, spawn } from "node:child_process";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as readline from "node:readline";
import { root } from "./dist";

interface Client {
  getSchema(
    request: object,
    callback: (error: Error | null, response: { getSchema(): string }) => void,
  ): void;
  close(): void;
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Record<string, string>;
}

/** Throws when the plugin does not serve both components. `folder` is emptied by whoever made it. */
export async function tryPlugin(folder: string, tarball: string): Promise<void> {
  fs.cpSync(path.join(root, "plugin"), folder, { recursive: true });
  const file = path.join(folder, "package.json");
  const manifest = manifestOf(folder);
  const { version } = manifestOf(root);
  const { version: its, dependencies } = manifest;
  assert.deepEqual([its, dependencies["edp-monitor"]], [version, version], "plugin/package.json");
  dependencies["edp-monitor"] = `file:${tarball}`; // the one that is to be published
  fs.writeFileSync(file, JSON.stringify(manifest));
  const npm = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit"];
  execFileSync("npm", npm, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

  const load = createRequire(file);
  const server = spawn(
    process.execPath,
    [load.resolve("@pulumi/pulumi/cmd/run-plugin"), folder, "127.0.0.1:1"], // no engine is asked
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const lines = readline.createInterface(server.stdout)[Symbol.asyncIterator]();
    const { value: port } = (await lines.next()) as { value?: string };
    if (port === undefined) throw new Error("the plugin ended before it said its port");
    const schema = JSON.parse(await schemaFrom(load, port)) as {
      name: string;
      version: string;
      resources: object;
    };
    assert.deepEqual(
      { ...schema, resources: Object.keys(schema.resources).sort() },
      {
        ...schema,
        name: "edp-monitor",
        version,
        resources: [
          "edp-monitor:index:EdpMonitor",
          "edp-monitor:index:PackageSubscription",
          "edp-monitor:index:QuiltEngine",
        ],
      },
    );
    const installed = load("./node_modules/.package-lock.json") as { packages: object };
    console.log(
      `plugin: serves every component, of ${Object.keys(installed.packages).length} packages`,
    );
  } finally {
    server.kill();
  }
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}

function schemaFrom(load: NodeJS.Require, port: string): Promise<string> {
  const { credentials } = load("@grpc/grpc-js") as {
    credentials: { createInsecure(): object };
  };
  const { ResourceProviderClient } = load("@pulumi/pulumi/proto/provider_grpc_pb") as {
    ResourceProviderClient: new (address: string, credentials: object) => Client;
  };
  const { GetSchemaRequest } = load("@pulumi/pulumi/proto/provider_pb") as {
    GetSchemaRequest: new () => object;
  };
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Promise<string>((resolve, reject) => {
    client.getSchema(new GetSchemaRequest(), (error, response) =>
      error ? reject(error) : resolve(response.getSchema()),
    );
  }).finally(() => client.close());
}
