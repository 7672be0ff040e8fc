import * as fs from "node:fs";
import { PgBoss } from "pg-boss";
import type { Contender, ContenderAccess } from "./contender";
import { prefixIn } from "./graphile-worker";
import { batchesOf } from "./messages";

const quietSeconds = 300;
const queue = "batch";

/** A job per prefix and five minutes: what comes in between is put off to the next one, uncounted. */
export async function create(access: ContenderAccess): Promise<Contender> {
  const { host, port, database, master, connections } = access;
  const boss = new PgBoss({
    host,
    port,
    database,
    ...master,
    max: connections,
    ssl: { ca: fs.readFileSync(access.caFile, "utf8") },
    supervise: false,
    schedule: false,
  });
  await boss.start();
  await boss.createQueue(queue);
  const send = (body: string) => {
    const prefix = prefixIn(body);
    return boss.sendDebounced(queue, { prefix }, null, quietSeconds, prefix);
  };
  return {
    atOnce: connections,
    prepare: (workload) =>
      batchesOf(workload)
        .flat()
        .map((body) => () => send(body)),
  };
}
