import type { EntrantOptions, Round } from "../measure/entrant";
import { Entrant, takeTurns } from "../measure/entrant";
import { checkCount, checkExact } from "../measure/exact";
import { ratios } from "../measure/statistics";
import type { Figure, Section } from "../report/report";
import type { SectionOptions } from "./section";

const handler = (
  workload: Partial<EntrantOptions["workload"]> = {},
  options: Partial<EntrantOptions> = {},
): EntrantOptions => ({
  contender: "ingest-handler",
  workload: { prefixes: 500, batchSize: 1000, batches: 20, ...workload },
  ...options,
});
const eachOne = (contender: EntrantOptions["contender"], events: number, connections: number) => ({
  contender,
  workload: { prefixes: 500, batchSize: 1, batches: events },
  connections,
});
const ledger = (contender: EntrantOptions["contender"]) => ({
  contender,
  workload: { prefixes: 500, batchSize: 1000, batches: 20 },
});

const entrants = {
  handler: handler(),
  "handler-1": handler({ batchSize: 1, batches: 150 }),
  "handler-10": handler({ batchSize: 10, batches: 100 }),
  "handler-100": handler({ batchSize: 100, batches: 60 }),
  "handler-many-prefixes": handler({ prefixes: 50_000 }),
  "handler-hot-prefix": handler({ prefixes: 1 }),
  "handler-2-at-once": handler({}, { processes: 2 }),
  "handler-4-at-once": handler({}, { processes: 4 }),
  "handler-4-own-prefixes": handler({}, { processes: 4, ownPrefixes: true }),
  "copy-binary": ledger("copy-binary"),
  "copy-text": ledger("copy-text"),
  "per-event-1": eachOne("transaction-per-event", 300, 1),
  "per-event-10": eachOne("transaction-per-event", 2000, 10),
  "graphile-worker": eachOne("graphile-worker", 1500, 10),
  "graphile-worker-bulk": { ...ledger("graphile-worker-bulk"), connections: 1 },
  "pg-boss": eachOne("pg-boss", 1000, 10),
} satisfies Record<string, EntrantOptions>;
type Name = keyof typeof entrants;

const labels: Record<Name, string> = {
  handler: "ingest, batches of 1,000, 500 prefixes",
  "handler-1": "ingest, batches of 1",
  "handler-10": "ingest, batches of 10",
  "handler-100": "ingest, batches of 100",
  "handler-many-prefixes": "ingest, 50,000 prefixes",
  "handler-hot-prefix": "ingest, one hot prefix",
  "handler-2-at-once": "ingest, 2 at once",
  "handler-4-at-once": "ingest, 4 at once",
  "handler-4-own-prefixes": "ingest, 4 at once, each with prefixes of its own",
  "copy-binary": "COPY of the ledger rows, binary",
  "copy-text": "COPY of the ledger rows, text",
  "per-event-1": "a transaction per event, 1 connection",
  "per-event-10": "a transaction per event, 10 connections",
  "graphile-worker": "graphile-worker, addJob with a job key, 10 connections",
  "graphile-worker-bulk": "graphile-worker, addJobs, a job per prefix and batch",
  "pg-boss": "pg-boss, sendDebounced, 10 connections",
};

/** Events per second to commit, of the product and of what one would use instead. */
export async function ingest({ quick, log }: SectionOptions): Promise<Section> {
  const started = {} as Record<Name, Entrant>;
  try {
    for (const name of Object.keys(entrants) as Name[]) {
      started[name] = await Entrant.start(entrants[name]);
    }
    const rounds = await takeTurns(started, quick ? 2 : 21, quick ? 1 : 2, log);
    await checkAll(started);
    return {
      name: "ingest",
      title: "object events per second, to commit",
      how:
        "SQS batches through the built ingest handler, with parsing, into PostgreSQL; turns of all " +
        "lines, each in processes and a database of its own. Medians, and the quartiles around them; " +
        "ratios turn by turn.",
      figures: [...speeds(rounds), ...comparisons(rounds)],
    };
  } finally {
    await Promise.all(Object.values(started).map((entrant) => entrant.end()));
  }
}

const rates = (rounds: readonly Round[]) => rounds.map(({ eventsPerSecond }) => eventsPerSecond);

function speeds(rounds: Record<Name, Round[]>): Figure[] {
  return (Object.keys(labels) as Name[]).map((name) => ({
    id: name,
    label: labels[name],
    unit: "/s",
    runs: rates(rounds[name]),
  }));
}

function comparisons(rounds: Record<Name, Round[]>): Figure[] {
  const compare = (of: Name, to: Name, label: string, atLeast?: number): Figure => ({
    id: `${of}:${to}`,
    label,
    unit: "×",
    runs: ratios(rates(rounds[of]), rates(rounds[to])),
    ...(atLeast !== undefined && { target: { atLeast } }),
  });
  return [
    compare("handler", "per-event-10", "ingest : a transaction per event, 10 connections", 15),
    compare("handler", "copy-text", "ingest : COPY, text", 0.45),
    compare("handler", "copy-binary", "ingest : COPY, binary"),
    compare("handler-hot-prefix", "copy-text", "hot prefix : COPY, text", 0.55),
    compare("handler-hot-prefix", "copy-binary", "hot prefix : COPY, binary"),
    compare("handler", "graphile-worker", "ingest : graphile-worker, addJob with a job key", 15),
    compare("handler", "graphile-worker-bulk", "ingest : graphile-worker, addJobs"),
    compare("handler", "pg-boss", "ingest : pg-boss", 15),
    compare("handler-many-prefixes", "handler", "50,000 prefixes : 500"),
    compare("handler-4-at-once", "handler", "4 at once : 1"),
    compare(
      "handler-4-at-once",
      "handler-4-own-prefixes",
      "4 at once, prefixes shared : of their own",
      0.85,
    ),
  ];
}

async function checkAll(started: Record<Name, Entrant>): Promise<void> {
  for (const name of Object.keys(started) as Name[]) {
    const { database, sent, prefixes } = started[name];
    const { contender } = entrants[name];
    const count = (query: string, expected: number) =>
      checkCount(labels[name], database, query, expected);
    if (contender === "ingest-handler" || contender === "transaction-per-event") {
      await checkExact(labels[name], database, sent);
    } else if (contender === "graphile-worker" || contender === "graphile-worker-bulk") {
      await count("select count(*) from graphile_worker.jobs", prefixes);
    } else if (contender === "pg-boss") {
      await count("select count(distinct singleton_key) from pgboss.job", prefixes);
    } else await count("select count(*) from edp.ledger", sent);
  }
}
