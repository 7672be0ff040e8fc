// Starts the stack, uploads the keys that it is given, waits for the announcement of their prefix, twice,
// and writes both to the file that it is given.
import * as fs from "node:fs";
import { startTestStack } from "../../support/local-stack";

async function main([file, prefix, ...keys]: string[]): Promise<void> {
  const stack = await startTestStack({ bucketThresholdEventCount: String(keys.length) });
  try {
    const announcements = [];
    for (const sequence of [1, 2]) {
      stack.upload(...keys);
      announcements.push(await stack.announcement(prefix!, sequence));
    }
    fs.writeFileSync(file!, JSON.stringify(announcements));
  } finally {
    await stack.stop();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
