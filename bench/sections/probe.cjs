// A fresh process without anything of the bench's own: what it measures, it prints.
//   import BUNDLE        milliseconds to load the bundle
//   idle                 bytes of resident memory of Node.js alone
//   peak BUNDLE FOLDER   highest resident memory in bytes while the handler works off a folder of payloads
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const [what, bundle, folder] = process.argv.slice(2);
const say = (value) => console.log(`\nresult ${value}`);

async function main() {
  if (what === "import") {
    const startedAt = performance.now();
    require(bundle);
    say(performance.now() - startedAt);
  } else if (what === "idle") say(process.memoryUsage.rss());
  else {
    const { handler } = require(bundle);
    const context = { getRemainingTimeInMillis: () => 60_000 };
    for (const file of fs.readdirSync(folder)) {
      const event = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
      const { batchItemFailures } = await handler(event, context);
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} failed`);
    }
    say(process.resourceUsage().maxRSS * 1024);
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
