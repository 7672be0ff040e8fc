// Runs inside a Lambda's process: loads the bundle as Lambda's runtime does, and calls its handler for
// every invocation that the parent sends.
"use strict";
const path = require("node:path");

const [file, handlerName] = process.env._HANDLER.split(".");
const { [handlerName]: handler } = require(path.join(process.env.LAMBDA_TASK_ROOT, `${file}.js`));

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
    const { name = "Error", message = String(error), stack = "" } = error ?? {};
    process.send({
      id,
      error: { errorType: name, errorMessage: message, trace: stack.split("\n") },
    });
  }
});
// The parent is gone: so is the sandbox.
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });
