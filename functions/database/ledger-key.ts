import { hash } from "node:crypto";
import { prefixOf, type ObjectEvent } from "../contract";

/** An object event's identity as the ledger keeps it. Hexadecimal digits, which sort as the bytes do. */
export interface LedgerKey {
  /** A UUID without hyphens: 32 bits of the directory, 16 of the neighbours, 80 of bucket and key. */
  readonly file: string;
  /** 64 bits of version id and sequencer, or of the event's id. */
  readonly event: string;
}

/**
 * The directory comes first, so that the rows of one prefix lie together in the index. Its depth is
 * fixed, whatever depth is configured: the same object event must get the same key for ever.
 */
const directoryDepth = 2;

/**
 * Then the neighbours: files of one folder whose names differ in the last two digits of a number, as
 * `reads-0117.fastq` and `reads-0142.fastq` do. Files that are written one after the other are numbered
 * one after the other, and so go into a page that the file before them has brought into memory, and
 * into the log. Hashed, not in order: pages that are filled in order stay half empty. Other names are
 * neighbours of nobody, or of all, and lie as they would without this.
 */
const lastTwoDigits = /\d\d(?!\d)/g;

/** Makes ledger keys; hashes directories and neighbours once for the object events of one transaction. */
export function ledgerKeys(): (event: ObjectEvent) => LedgerKey {
  const digits = hashesOnce();
  return ({ bucket, key, identity }) => {
    // No bucket name contains a slash, so bucket and key cannot run into each other.
    const path = `${bucket}/${key}`;
    const directory = digits(`${bucket}/${prefixOf(key, directoryDepth)}`).slice(0, 8);
    const name = path.lastIndexOf("/") + 1;
    const pattern = path.slice(0, name) + path.slice(name).replace(lastTwoDigits, "");
    const neighbours = digits(pattern).slice(0, 4);
    return {
      file: directory + neighbours + hash("sha256", path).slice(0, 20),
      event: hash("sha256", identity).slice(0, 16),
    };
  };
}

function hashesOnce(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let digits = known.get(text);
    if (digits === undefined) {
      digits = hash("sha256", text);
      known.set(text, digits);
    }
    return digits;
  };
}
