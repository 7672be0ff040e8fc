// A contender in a process of its own, as each would run: started by ./remote.ts.
import {
  run,
  type Contender,
  type ContenderAccess,
  type ContenderName,
  type Invocation,
  type Request,
  type Response,
} from "./contender";
import * as copy from "./copy";
import * as graphileWorker from "./graphile-worker";
import * as ingestHandler from "./ingest-handler";
import * as pgBoss from "./pg-boss";
import * as transactionPerEvent from "./transaction-per-event";

const creators: Record<ContenderName, (access: ContenderAccess) => Promise<Contender>> = {
  "ingest-handler": () => ingestHandler.create(),
  "transaction-per-event": (access) => Promise.resolve(transactionPerEvent.create(access)),
  "copy-text": (access) => copy.create(access, "text"),
  "copy-binary": (access) => copy.create(access, "binary"),
  "graphile-worker": (access) => graphileWorker.create(access),
  "graphile-worker-bulk": (access) => graphileWorker.createBulk(access),
  "pg-boss": (access) => pgBoss.create(access),
};

const name = process.argv[2] as ContenderName;
const access = JSON.parse(process.argv[3]!) as ContenderAccess;
const created = creators[name](access);
created.catch(() => undefined); // said at the first request

let invocations: Invocation[] = [];

async function answer(request: Request): Promise<Response> {
  const contender = await created;
  if ("run" in request) return { result: await run(invocations, contender.atOnce) };
  invocations = await contender.prepare(request.prepare);
  return { done: true };
}

process.on("message", (request: Request) => {
  answer(request).then(
    (response) => process.send!(response),
    (error: unknown) =>
      process.send!({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
process.on("disconnect", () => process.exit(0));
