import { hash } from "node:crypto";
import { prefixOf, type ObjectEvent } from "../contract";

/** An object event's identity as the ledger keeps it. Hexadecimal digits, which sort as the bytes do. */
export interface LedgerKey {
  /** A UUID without hyphens: 32 bits of bucket and directory, 96 of bucket and key. */
  readonly file: string;
  /** 64 bits of version id and sequencer, or of the event's id. */
  readonly event: string;
}

/**
 * The directory comes first, so that the rows of one prefix lie together in the index. Its depth is
 * fixed, whatever depth is configured: the same object event must get the same key for ever.
 */
const directoryDepth = 2;

/** Makes ledger keys, and hashes each directory once: for the object events of one transaction. */
export function ledgerKeys(): (event: ObjectEvent) => LedgerKey {
  const directories = new Map<string, string>();
  return ({ bucket, key, identity }) => {
    // No bucket name contains a slash, so bucket and key cannot run into each other.
    const path = `${bucket}/${prefixOf(key, directoryDepth)}`;
    let directory = directories.get(path);
    if (directory === undefined) {
      directory = hash("sha256", path).slice(0, 8);
      directories.set(path, directory);
    }
    return {
      file: directory + hash("sha256", `${bucket}/${key}`).slice(0, 24),
      event: hash("sha256", identity).slice(0, 16),
    };
  };
}
