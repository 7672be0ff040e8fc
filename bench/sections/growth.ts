import { setTimeout as sleep } from "node:timers/promises";
import { prunePiece } from "../../functions/database";
import { ledgerKeys } from "../../functions/database/storing/ledger-key";
import type { TestDatabase } from "../../support/postgres";
import { benchBucket, prefixOf } from "../contenders/messages";
import { Entrant, takeTurns, type EntrantOptions, type Round } from "../measure/entrant";
import { checkExact } from "../measure/exact";
import { quantile, ratios } from "../measure/statistics";
import type { Figure, Section } from "../report/report";
import type { SectionOptions } from "./section";

const prefixes = 500;
const retentionDays = 30;
/** Of every hundred rows, as many have outlived the retention: pruning finds some on every page. */
const expiredPercent = 10;
const pruneEveryMs = 1_000;
const options: EntrantOptions = {
  contender: "ingest-handler",
  workload: { prefixes, batchSize: 1000, batches: 20 },
};

/** Whether ingest stays as fast when the ledger grows, with pruning going on. */
export async function growth({ quick, log }: SectionOptions): Promise<Section> {
  const sizes = quick ? [500_000] : [1_000_000, 3_000_000, 10_000_000];
  const small = await Entrant.start(options);
  const grown = await Entrant.start(options);
  const limit = await Entrant.start({
    ...options,
    contender: "copy-text",
    database: grown.database,
    firstEvent: 500_000,
  });
  const figures: Figure[] = [];
  let hashed: Entrant | undefined;
  let filled = 0;
  let turns = 0;
  const pruning = keepPruning(grown.database);
  try {
    for (const rows of sizes) {
      log(`filling the ledger to ${rows.toLocaleString("en-US")} rows`);
      await fill(grown.database, rows - filled);
      filled = rows;
      const number = quick ? 4 : 12;
      const rounds = await takeTurns({ small, grown, limit }, number, 1, log, turns);
      turns += number + 1;
      figures.push(...figuresOf(rows, rounds));
    }
    log("names that are not numbered");
    hashed = await Entrant.start({
      ...options,
      workload: { ...options.workload, names: "hashed" },
      database: grown.database,
    });
    const rounds = await takeTurns({ small, hashed }, quick ? 4 : 12, 1, log, turns);
    figures.push(hashedFigure(filled, rounds));
    const deleted = await pruning.stop();
    await checkExact("the small ledger", small.database, small.sent);
    const sent = grown.sent + hashed.sent;
    await checkExact("the grown ledger", grown.database, sent, filled - deleted + limit.sent);
    figures.push(await bytesPerEvent(small.database));
  } finally {
    await pruning.stop();
    for (const entrant of [limit, hashed, small, grown]) await entrant?.end();
  }
  return {
    name: "growth",
    title: "the same with a ledger that has grown",
    how:
      `Batches of 1,000 over ${prefixes} prefixes. The ledger is filled with rows of the same prefixes, ` +
      `${expiredPercent} % of which are pruned while ingest goes on; beside it a small one, in turns.`,
    figures,
  };
}

function figuresOf(rows: number, rounds: Record<"small" | "grown" | "limit", Round[]>): Figure[] {
  const of = `${rows.toLocaleString("en-US")} rows`;
  const { grown, small, limit } = {
    grown: rounds.grown.map(rateOf),
    small: rounds.small.map(rateOf),
    limit: rounds.limit.map(rateOf),
  };
  return [
    { id: `rate-${rows}`, label: `${of}: object events per second`, unit: "/s", runs: grown },
    {
      id: `p99-${rows}`,
      label: `${of}: an invocation, p99`,
      unit: "ms",
      runs: [
        quantile(
          rounds.grown.flatMap(({ invocationsMs }) => invocationsMs),
          0.99,
        ),
      ],
    },
    {
      id: `ratio-${rows}`,
      label: `${of} : a small ledger`,
      unit: "×",
      runs: ratios(grown, small),
      target: { atLeast: 0.8 },
    },
    {
      id: `copy-${rows}`,
      label: `${of}: ingest : COPY, text`,
      unit: "×",
      runs: ratios(grown, limit),
    },
  ];
}

/** Files that are no neighbours: each goes into a page of its own. */
function hashedFigure(rows: number, rounds: Record<"small" | "hashed", Round[]>): Figure {
  return {
    id: `hashed-${rows}`,
    label: `${rows.toLocaleString("en-US")} rows, names not numbered : a small ledger`,
    unit: "×",
    runs: ratios(rounds.hashed.map(rateOf), rounds.small.map(rateOf)),
  };
}

const rateOf = ({ eventsPerSecond }: Round) => eventsPerSecond;

/** Rows as older object events of the same prefixes have left them. */
async function fill(database: TestDatabase, rows: number): Promise<void> {
  const keyOf = ledgerKeys();
  const directories = Array.from({ length: prefixes }, (_, i) =>
    keyOf({
      bucket: benchBucket,
      key: prefixOf(i),
      identity: "",
      size: 0,
      time: new Date(0),
    }).file.slice(0, 8),
  ).sort();
  const pieces = 10;
  for (let piece = 0; piece < pieces; piece++) {
    const size = prefixes / pieces;
    await database.query(
      `insert into edp.ledger
       select (directory || left(replace(gen_random_uuid()::text, '-', ''), 24))::uuid,
         (random() * 9e18)::bigint, 0, 1,
         (now() at time zone 'utc')::date - case when random() * 100 < $3 then $4 else 1 end
       from unnest($1::text[]) as directory, generate_series(1, $2::int) order by 1`,
      [
        directories.slice(piece * size, (piece + 1) * size),
        rows / prefixes,
        expiredPercent,
        retentionDays + 2,
      ],
    );
  }
  await database.query("vacuum analyze edp.ledger");
  await database.query("checkpoint");
}

/** As the emitter does while it is awake: a piece at every look. A pass that has ended begins again. */
function keepPruning(database: TestDatabase): { stop(): Promise<number> } {
  const stopped = new AbortController();
  const db = database.connect();
  const pruned = (async () => {
    let deleted = 0;
    while (!stopped.signal.aborted) {
      const piece = await prunePiece(db, retentionDays);
      deleted += piece.deleted;
      if (!piece.more) await database.query("update edp.pruning set round_before = null");
      await sleep(pruneEveryMs);
    }
    return deleted;
  })();
  return {
    stop: () => {
      stopped.abort();
      return pruned;
    },
  };
}

async function bytesPerEvent(database: TestDatabase): Promise<Figure> {
  const [row] = await database.query(`
    select pg_total_relation_size('edp.ledger')::float8 / count(*) as bytes from edp.ledger
  `);
  return {
    id: "bytes-per-event",
    label: "bytes of database per object event, index included",
    unit: "B",
    runs: [Number(row!["bytes"])],
    target: { atMost: 130 },
  };
}
