import { hash } from "node:crypto";
import { prefixOf, type ObjectEvent } from "../../contract";

/** An object event's identity as the ledger keeps it. Hexadecimal digits, which sort as the bytes do. */
export interface LedgerKey {
  /** A UUID without hyphens: 32 bits of the directory, 16 of the neighbours, 80 of bucket and key. */
  readonly file: string;
  /** 64 bits of version id and sequencer, or of the event's id. */
  readonly event: string;
  /** The first 64 bits of the sequencer; zeros where there is none. See `momentOf`. */
  readonly moment: string;
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

/** Folders and neighbours whose hashes are kept: some megabytes, and then it begins anew. */
const maxKept = 10_000;

interface Folder {
  readonly directory: string;
  /** Directory and neighbours, by the name without its last digits. */
  readonly places: Map<string, string>;
}

/** Makes ledger keys. Keeps the hashes that many files share: a third of all, with 500 prefixes. */
export function ledgerKeys(): (event: ObjectEvent) => LedgerKey {
  const folders = new Map<string, Folder>();
  let kept = 0;
  // No bucket name contains a slash, so bucket and key cannot run into each other.
  const placeOf = ({ bucket, key }: ObjectEvent): string => {
    const nameAt = key.lastIndexOf("/") + 1;
    const path = `${bucket}/${key.slice(0, nameAt)}`;
    let folder = folders.get(path);
    if (!folder) {
      const directory = digits(`${bucket}/${prefixOf(key, directoryDepth)}`, 8);
      folder = { directory, places: new Map() };
      folders.set(path, folder);
      kept++;
    }
    const neighbours = key.slice(nameAt).replace(lastTwoDigits, "");
    let place = folder.places.get(neighbours);
    if (place === undefined) {
      place = folder.directory + digits(path + neighbours, 4);
      folder.places.set(neighbours, place);
      kept++;
    }
    return place;
  };
  return (event) => {
    if (kept >= maxKept) {
      folders.clear();
      kept = 0;
    }
    return {
      file: placeOf(event) + digits(`${event.bucket}/${event.key}`, 20),
      event: digits(event.identity, 16),
      moment: momentOf(event.identity),
    };
  };
}

/**
 * S3's sequencers begin with the time, so that what was written to one file one time after the other
 * lies together in the index of overwrites. Were they to begin otherwise, that would be slower, and
 * nothing else: it takes the whole identity to tell events apart.
 */
function momentOf(identity: string): string {
  const sequencer = identity.slice(identity.lastIndexOf("\0") + 1);
  const start = sequencer.slice(0, 16).padEnd(16, "0");
  return identity.startsWith("s") && /^[0-9a-f]+$/.test(start) ? start : "0".repeat(16);
}

function digits(text: string, count: number): string {
  return hash("sha256", text).slice(0, count);
}
