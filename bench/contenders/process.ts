// A contender in a process of its own, as each would run: started by ./remote.ts.
import type { Contender, ContenderAccess, ContenderName, Request, Response } from "./contender";

const creators: Record<ContenderName, (access: ContenderAccess) => Promise<Contender>> = {
  "ingest-handler": async () => (await import("./ingest-handler")).create(),
  "transaction-per-event": async (access) =>
    (await import("./transaction-per-event")).create(access),
  "copy-text": async (access) => (await import("./copy")).create(access, "text"),
  "copy-binary": async (access) => (await import("./copy")).create(access, "binary"),
  "graphile-worker": async (access) => (await import("./graphile-worker")).create(access),
  "graphile-worker-bulk": async (access) => (await import("./graphile-worker")).createBulk(access),
  "pg-boss": async (access) => (await import("./pg-boss")).create(access),
};

const name = process.argv[2] as ContenderName;
const access = JSON.parse(process.argv[3]!) as ContenderAccess;
const created = creators[name](access);
created.catch(() => undefined); // said at the first request

async function answer(request: Request): Promise<Response> {
  const contender = await created;
  if ("run" in request) return { invocationsMs: await contender.run() };
  await contender.prepare(request.prepare);
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
