import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { certificatesFile } from "../../functions/contract";
import type { LambdaBundle } from "../records";
import { UserError } from "../user-error";

/** Every Lambda's bundle, with the certificates that the user adds. Throws when one has not been built. */
export function lambdaBundles(
  certificates?: string,
): Record<"migration" | "ingest" | "emitter", LambdaBundle> {
  return {
    migration: lambdaBundle("migration", certificates),
    ingest: lambdaBundle("ingest", certificates),
    emitter: lambdaBundle("emitter", certificates),
  };
}

/**
 * The bundle dist/functions/<name>: an unzipped folder, because Pulumi then hashes names and contents,
 * not the timestamps of a zip file. In a clone it is made of the sources as they are now; throws when
 * it cannot be, and where there are no sources when it is missing.
 */
export function lambdaBundle(name: string, certificates?: string): LambdaBundle {
  const root = packageRoot();
  bundleOnce(root);
  // Pulumi resolves relative paths from the user's project, which need not be this package.
  const folder = path.join(root, "dist", "functions", name);
  if (!fs.existsSync(path.join(folder, "index.js"))) {
    throw new UserError(
      `the bundle of the Lambda ${name} is missing, looked for ${folder}: npm run build`,
    );
  }
  const hash = crypto.createHash("sha256");
  const files = fs.readdirSync(folder).sort();
  for (const file of files) {
    hash.update(`${file}\0`).update(fs.readFileSync(path.join(folder, file)));
  }
  if (certificates === undefined) {
    return { code: new pulumi.asset.FileArchive(folder), hash: hash.digest("hex") };
  }
  const code = new pulumi.asset.AssetArchive({
    ...Object.fromEntries(
      files.map((file) => [file, new pulumi.asset.FileAsset(path.join(folder, file))]),
    ),
    [certificatesFile]: new pulumi.asset.StringAsset(certificates),
  });
  hash.update(`${certificatesFile}\0`).update(certificates);
  return { code, hash: hash.digest("hex") };
}

let isBundled = false;

/**
 * An installed package has its bundles, and no sources. So has a clone without its development
 * dependencies, such as an image to deploy from: what was built there is taken.
 */
function bundleOnce(root: string): void {
  const bundler = path.join(root, "scripts", "bundle.ts");
  if (isBundled || !fs.existsSync(bundler) || !isInstalled(root, "tsx", "esbuild")) return;
  const { status, stderr, error } = spawnSync(process.execPath, ["--import", "tsx", bundler], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new UserError(`the Lambdas cannot be bundled:\n${error?.message ?? stderr.trim()}`);
  }
  isBundled = true;
}

function isInstalled(root: string, ...packages: string[]): boolean {
  const { resolve } = createRequire(path.join(root, "package.json"));
  try {
    for (const name of packages) resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The same from components/*.ts and from dist/components/*.js. */
function packageRoot(): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}
