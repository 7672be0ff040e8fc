import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import type { IncomingMessage } from "node:http";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";

/** A key that the folder of the bucket cannot take. */
export class BadKeyError extends Error {
  override readonly name = "BadKeyError";
}

/** Longest name of a file on the usual file systems, less what its temporary name adds. */
const longestName = 240;

/**
 * Writes what is sent as a file of the bucket's folder. It gets its name when it is complete: before,
 * it has one that the folder's watcher leaves out. Throws a BadKeyError for a key that is no path.
 */
export async function receiveObject(
  folder: string,
  key: string,
  content: IncomingMessage,
): Promise<void> {
  const segments = key.split("/");
  const isWrong = (name: string) =>
    ["", ".", ".."].includes(name) ||
    name.includes("\0") ||
    (path.sep === "\\" && name.includes("\\")) ||
    Buffer.byteLength(name) > longestName;
  if (segments.some(isWrong)) {
    throw new BadKeyError(
      `the key ${JSON.stringify(key)} cannot be a file here: allowed are names of up to ` +
        `${longestName} bytes, separated by "/", and none of them "." or ".."`,
    );
  }
  const file = path.join(folder, ...segments);
  const random = `A${randomBytes(2).toString("hex")}0`; // of the form that the watcher leaves out
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${random}`);
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  try {
    await pipeline(content, fs.createWriteStream(temporary, { flags: "wx" }));
    await fs.promises.rename(temporary, file);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true });
    throw error;
  }
}
