// Runs inside a Lambda's process: loads the bundle as Lambda's runtime does, and calls its handler for
// every invocation that the parent sends.
"use strict";
const fs = require("node:fs");
const { registerHooks } = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [file, handlerName] = process.env._HANDLER.split(".");
const bundle = path.join(process.env.LAMBDA_TASK_ROOT, `${file}.js`);
// Beside the folder, of which every file is the Lambda's code: ingest.js.map for ingest/.
const sourceMap = `${process.env.LAMBDA_TASK_ROOT}.js.map`;
if (fs.existsSync(sourceMap)) {
  process.setSourceMapsEnabled(true);
  // Of whole URLs Node.js takes only data: ones.
  const comment = `\n//# sourceMappingURL=../${encodeURIComponent(path.basename(sourceMap))}`;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== pathToFileURL(bundle).href) return loaded;
      return { ...loaded, source: `${loaded.source ?? fs.readFileSync(bundle, "utf8")}${comment}` };
    },
  });
}

const inWords = (error) => {
  const { name = "Error", message = String(error), stack = "" } = error ?? {};
  return { errorType: name, errorMessage: message, trace: String(stack).split("\n") };
};

let handler;
try {
  ({ [handlerName]: handler } = require(bundle));
} catch (error) {
  console.error(error);
  process.send({ error: inWords(error) }, () => process.exit(1));
  return;
}

process.on("message", async ({ id, event, deadline }) => {
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: "$LATEST",
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(event, context);
    process.send({ id, result: result === undefined ? null : result });
  } catch (error) {
    process.send({ id, error: inWords(error) });
  }
});
// The parent is gone: so is the sandbox.
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });
