import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { certificatesFile } from "../functions/contract";
import type { LambdaBundle } from "./records";
import { UserError } from "./user-error";

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
 * The built bundle dist/functions/<name>: an unzipped folder, because Pulumi then hashes names and
 * contents, not the timestamps of a zip file. Throws when it has not been built.
 */
export function lambdaBundle(name: string, certificates?: string): LambdaBundle {
  // Pulumi resolves relative paths from the user's project, which need not be this package.
  const folder = path.join(packageRoot(), "dist", "functions", name);
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

/** The same from components/*.ts and from dist/components/*.js. */
function packageRoot(): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}
