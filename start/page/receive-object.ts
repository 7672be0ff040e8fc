import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import type { IncomingMessage } from "node:http";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { isTemporary } from "../bucket-folder";

/** A key that the folder of the bucket cannot take. */
export class BadKeyError extends Error {
  override readonly name = "BadKeyError";
}

/** Longest name of a file on the usual file systems, less what its temporary name adds. */
const maxName = 240;
/** S3's own limit, in bytes of UTF-8. */
const maxKey = 1024;

/**
 * Writes what is sent as a file of the bucket's folder. It gets its name when it is complete: before,
 * it has one that the folder's watcher leaves out. Throws a BadKeyError for a key that cannot be a file.
 */
export async function receiveObject(
  folder: string,
  key: string,
  content: IncomingMessage,
): Promise<void> {
  checkKey(key);
  const file = path.join(folder, ...key.split("/"));
  const directory = path.dirname(file);
  const random = `A${randomBytes(2).toString("hex")}0`; // of the form that the watcher leaves out
  const temporary = path.join(directory, `.${path.basename(file)}.${random}`);
  try {
    await mustBeInside(folder, directory);
    await fs.promises.mkdir(directory, { recursive: true });
    await pipeline(content, fs.createWriteStream(temporary, { flags: "wx" }));
    await fs.promises.rename(temporary, file);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true }).catch(() => undefined);
    const problem = problems[(error as NodeJS.ErrnoException).code ?? ""];
    if (problem === undefined) throw error;
    throw new BadKeyError(`the key ${JSON.stringify(key)} cannot be a file here: ${problem}`);
  }
}

/** S3 would take such keys; a folder cannot have a file and a folder of one name. */
const problems: Readonly<Record<string, string | undefined>> = {
  EEXIST: "a part of its path is a file",
  ENOTDIR: "a part of its path is a file",
  EISDIR: "there is a folder of that name",
  ENAMETOOLONG: "its path is too long for this machine",
};

function checkKey(key: string): void {
  const segments = key.split("/");
  const isWrong = (name: string) =>
    ["", ".", ".."].includes(name) ||
    name.includes("\0") ||
    (path.sep === "\\" && name.includes("\\")) ||
    Buffer.byteLength(name) > maxName;
  const refuse = (what: string) => {
    throw new BadKeyError(`the key ${JSON.stringify(key.slice(0, 200))} ${what}`);
  };
  if (segments.some(isWrong)) {
    refuse(
      `cannot be a file here: allowed are names of up to ${maxName} bytes, separated by "/", ` +
        'and none of them "." or ".."',
    );
  }
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKey) refuse(`has ${bytes} bytes: S3 allows ${maxKey}`);
  if (isTemporary(segments.at(-1)!)) {
    refuse("is the name of a temporary file, and these are left out");
  }
}

/** A link in the folder may lead out of it. */
async function mustBeInside(folder: string, directory: string): Promise<void> {
  const inside = await fs.promises.realpath(folder);
  let existing = directory;
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  const real = await fs.promises.realpath(existing);
  if (real !== inside && !real.startsWith(inside + path.sep)) {
    throw new BadKeyError(`${existing} is a link that leads out of the bucket's folder`);
  }
}
