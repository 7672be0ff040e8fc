import { hash } from "node:crypto";
import { prefixOf, type ObjectEvent } from "../contract";

/** An object event's identity as the ledger keeps it. */
export interface LedgerKey {
  /** UUID text. 32 bits of bucket and directory, 96 of bucket and key. */
  readonly file: string;
  /** Signed 64-bit integer as text: version id and sequencer, or the event's id. */
  readonly event: string;
}

/**
 * The directory comes first, so that the rows of one prefix lie together in the index. Its depth is
 * fixed, whatever depth is configured: the same object event must get the same key for ever.
 */
const directoryDepth = 2;

export function ledgerKeyOf({ bucket, key, identity }: ObjectEvent): LedgerKey {
  // No bucket name contains a slash, so bucket and key cannot run into each other.
  const directory = hash("sha256", `${bucket}/${prefixOf(key, directoryDepth)}`).slice(0, 8);
  const name = hash("sha256", `${bucket}/${key}`).slice(0, 24);
  const hex = directory + name;
  const event = BigInt.asIntN(64, BigInt(`0x${hash("sha256", identity).slice(0, 16)}`));
  return {
    file: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    event: event.toString(),
  };
}
