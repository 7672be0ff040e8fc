import * as fs from "node:fs";
import { makeWorkerUtils, type WorkerUtils } from "graphile-worker";
import { Pool } from "pg";
import type { Contender, ContenderAccess } from "./contender";
import { batchesOf } from "./messages";

const quietSeconds = 300;

/** A job per prefix, moved on by every event: it fires when the prefix is quiet, and counts nothing. */
export async function create(access: ContenderAccess): Promise<Contender> {
  const utils = await open(access);
  const add = (body: string) => {
    const prefix = prefixIn(body);
    return utils.addJob("batch", { prefix }, { jobKey: prefix, runAt: quietEnd() });
  };
  return {
    atOnce: access.connections,
    prepare: (workload) =>
      batchesOf(workload)
        .flat()
        .map((body) => () => add(body)),
  };
}

/** The same with as few calls as can be: one per batch, with one job for each of its prefixes. */
export async function createBulk(access: ContenderAccess): Promise<Contender> {
  const utils = await open(access);
  const addAll = (bodies: readonly string[]) => {
    const prefixes = new Set(bodies.map(prefixIn));
    const runAt = quietEnd();
    const jobs = [...prefixes].map((prefix) => ({
      identifier: "batch",
      payload: { prefix },
      jobKey: prefix,
      runAt,
    }));
    return utils.addJobs(jobs);
  };
  return {
    atOnce: access.connections,
    prepare: (workload) => batchesOf(workload).map((bodies) => () => addAll(bodies)),
  };
}

async function open({
  host,
  port,
  database,
  master,
  ...access
}: ContenderAccess): Promise<WorkerUtils> {
  const ssl = { ca: fs.readFileSync(access.caFile, "utf8") };
  const pgPool = new Pool({ host, port, database, ssl, ...master, max: access.connections });
  // The query under way rejects; a client without a listener would end the process.
  pgPool.on("error", () => undefined);
  pgPool.on("connect", (client) => client.on("error", () => undefined));
  const utils = await makeWorkerUtils({ pgPool });
  await utils.migrate();
  return utils;
}

export function prefixIn(body: string): string {
  const { detail } = JSON.parse(body) as { detail: { object: { key: string } } };
  const { key } = detail.object;
  return key.slice(0, key.lastIndexOf("/") + 1);
}

function quietEnd(): Date {
  return new Date(Date.now() + quietSeconds * 1000);
}
