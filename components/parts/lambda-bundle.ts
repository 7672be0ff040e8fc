import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** A Lambda's code, built and hashed. */
export interface LambdaBundle {
  readonly code: pulumi.asset.Archive;
  /** SHA-256 over names and contents of its files. */
  readonly hash: string;
}

/**
 * The built bundle dist/functions/<name>: an unzipped folder, because Pulumi then hashes names and
 * contents, not the timestamps of a zip file. Throws when it has not been built.
 */
export function lambdaBundle(name: string): LambdaBundle {
  // Pulumi resolves relative paths from the user's project, which need not be this package.
  const folder = path.join(packageRoot(), "dist", "functions", name);
  if (!fs.existsSync(path.join(folder, "index.js"))) {
    throw new pulumi.RunError(
      `the bundle of the Lambda ${name} is missing, looked for ${folder}: npm run build`,
    );
  }
  const hash = crypto.createHash("sha256");
  for (const file of fs.readdirSync(folder).sort()) {
    hash.update(`${file}\0`).update(fs.readFileSync(path.join(folder, file)));
  }
  return { code: new pulumi.asset.FileArchive(folder), hash: hash.digest("hex") };
}

/** The same from components/parts/*.ts and from dist/components/parts/*.js. */
function packageRoot(): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}
