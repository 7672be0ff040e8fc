// The same consumer without AWS. An announcement comes on standard input, from the stack on a laptop:
//   npm start -- --on-ready "node examples/consumer-lambda/on-laptop.mjs" --twice
// What was done is remembered in a folder, that of the first argument or a temporary one.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { onlyOnce } from "./consumer/only-once.mjs";
import { useBatch } from "./consumer/use-batch.mjs";

const folder = process.argv[2] ?? path.join(os.tmpdir(), "edp-consumer-example");
fs.mkdirSync(folder, { recursive: true });
const fileOf = (batchId) => path.join(folder, encodeURIComponent(batchId));

/** The commands come one after the other here: nobody else is ever at it. */
const memory = {
  claim: async (batchId) => (fs.existsSync(fileOf(batchId)) ? "done" : "mine"),
  done: async (batchId) => fs.writeFileSync(fileOf(batchId), ""),
  release: async () => undefined,
};

const event = JSON.parse(await text(process.stdin));
await onlyOnce(event.detail, memory, useBatch);
