import * as fs from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { parseMessage } from "../../functions/contract";
import { ledgerKeys, type LedgerKey } from "../../functions/database/storing/ledger-key";
import type { Contender, ContenderAccess, Workload } from "./contender";
import { batchesOf, benchBucket } from "./messages";

const columns = "file, event, prefix_id, sequence, stored_day";
const day = new Date().toISOString().slice(0, 10);
/** Binary COPY counts days from 2000. */
const dayNumber = Math.floor(Date.now() / 86_400_000) - Date.UTC(2000, 0, 1) / 86_400_000;

/**
 * The limit: as many rows into the same ledger, sorted as the product sorts them, with nothing else to
 * do. No parsing, no look for duplicates, no sums; the bytes to be sent are made beforehand.
 */
export async function create(
  { host, port, database, user, caFile }: ContenderAccess,
  format: "text" | "binary",
): Promise<Contender> {
  const client = new Client({
    host,
    port,
    database,
    user,
    ssl: { ca: fs.readFileSync(caFile, "utf8") },
  });
  await client.connect();
  const encode = format === "text" ? textOf : binaryOf;
  const copy = (bytes: Buffer) =>
    pipeline(
      Readable.from([bytes]),
      client.query(copyFrom(`copy edp.ledger (${columns}) from stdin (format ${format})`)),
    );
  return {
    atOnce: 1,
    prepare: (workload) =>
      keysOf(workload)
        .map(encode)
        .map((bytes) => () => copy(bytes)),
  };
}

function keysOf(workload: Workload): LedgerKey[][] {
  const intake = {
    bucket: benchBucket,
    ignores: () => false,
    oldest: new Date(0),
    newest: new Date(8.64e15),
  };
  return batchesOf(workload).map((bodies) => {
    const keyOf = ledgerKeys();
    return bodies
      .map((body) => {
        const message = parseMessage(body, intake);
        if (message.kind !== "object") throw new Error(`unexpected ${message.kind}`);
        return keyOf(message.event);
      })
      .sort((a, b) => (a.file + a.event < b.file + b.event ? -1 : 1));
  });
}

function textOf(keys: readonly LedgerKey[]): Buffer {
  const lines = keys.map(({ file, event }) => {
    const id = BigInt.asIntN(64, BigInt(`0x${event}`));
    return `${file}\t${id}\t1\t1\t${day}\n`;
  });
  return Buffer.from(lines.join(""));
}

/** As the documentation of COPY describes it: signature, flags, then a count and sized fields a row. */
function binaryOf(keys: readonly LedgerKey[]): Buffer {
  const header = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);
  const rows = keys.map(({ file, event }) => {
    const row = Buffer.alloc(2 + 5 * 4 + 16 + 8 + 8 + 4 + 4);
    let at = row.writeInt16BE(5);
    const field = (size: number) => (at = row.writeInt32BE(size, at));
    at = field(16) + row.write(file, at, "hex");
    at = field(8) + row.write(event, at, "hex");
    at = row.writeBigInt64BE(1n, field(8));
    at = row.writeInt32BE(1, field(4));
    at = row.writeInt32BE(dayNumber, field(4));
    return row;
  });
  return Buffer.concat([header, ...rows, Buffer.from([0xff, 0xff])]);
}
