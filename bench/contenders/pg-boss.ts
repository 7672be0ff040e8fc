import * as fs from "node:fs";
import { PgBoss } from "pg-boss";
import { timed, type Contender, type ContenderAccess } from "./contender";
import { prefixIn } from "./graphile-worker";
import { batchesOf } from "./messages";

const quietSeconds = 300;
const queue = "batch";

/** A job per prefix and five minutes: what comes in between is put off to the next one, uncounted. */
export async function create(access: ContenderAccess): Promise<Contender> {
  const { host, port, database, master, connections } = access;
  const boss = new PgBoss({
    ...{ host, port, database, ...master, max: connections },
    ssl: { ca: fs.readFileSync(access.caFile, "utf8") },
    ...{ supervise: false, schedule: false },
  });
  await boss.start();
  await boss.createQueue(queue);
  let bodies: string[] = [];
  return {
    prepare: (workload) => {
      bodies = batchesOf(workload).flat();
    },
    run: () =>
      timed(
        bodies,
        (body) => {
          const prefix = prefixIn(body);
          return boss.sendDebounced(queue, { prefix }, null, quietSeconds, prefix);
        },
        connections,
      ),
  };
}
