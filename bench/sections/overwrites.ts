import { ledgerKeys } from "../../functions/database/storing/ledger-key";
import type { TestDatabase } from "../../support/postgres";
import { benchBucket, rewrittenKey } from "../contenders/messages";
import { Entrant, takeTurns, type EntrantOptions, type Round } from "../measure/entrant";
import { checkExact } from "../measure/exact";
import { ratios } from "../measure/statistics";
import type { Figure, Section } from "../report/report";
import type { SectionOptions } from "./section";

const once: EntrantOptions = {
  contender: "ingest-handler",
  workload: { prefixes: 500, batchSize: 1000, batches: 20 },
};
const rewriting = (rewrittenFiles: number): EntrantOptions => ({
  ...once,
  workload: { ...once.workload, rewrittenFiles },
});

/** What has been written to the files before: a month of 1.7 object events a second, or one file's. */
const sensors = { files: 1_000, writes: 4_300 };
const status = { files: 1, writes: 500_000 };

/** Whether files that are written again and again cost more than files that are written once. */
export async function overwrites({ quick, log }: SectionOptions): Promise<Section> {
  const share = quick ? 0.05 : 1;
  const usual = await Entrant.start(once);
  const many = await Entrant.start(rewriting(sensors.files));
  const one = await Entrant.start(rewriting(status.files));
  try {
    log("filling the ledger");
    const before = {
      many: await fill(many.database, sensors.files, sensors.writes * share),
      one: await fill(one.database, status.files, status.writes * share),
    };
    const rounds = await takeTurns({ usual, many, one }, quick ? 4 : 12, 1, log);
    await checkExact("files written once", usual.database, usual.sent);
    await checkExact("sensors", many.database, many.sent, before.many);
    await checkExact("one file", one.database, one.sent, before.one);
    return {
      name: "overwrites",
      title: "files that are written again and again",
      how:
        "Batches of 1,000. Of sensors, each of 1,000 files of one prefix has been written " +
        `${format(sensors.writes * share)} times before, and is once more in each batch; ` +
        `the one file has been ${format(status.writes * share)} times, and is a thousand times in each.`,
      figures: [
        ...figuresOf("sensors", "sensors", rounds.many, rounds.usual),
        ...figuresOf("one-file", "one file", rounds.one, rounds.usual),
        await bytesPerOverwrite(many.database),
      ],
    };
  } finally {
    for (const entrant of [usual, many, one]) await entrant.end();
  }
}

function figuresOf(id: string, name: string, rounds: Round[], usual: Round[]): Figure[] {
  const rates = (of: Round[]) => of.map(({ eventsPerSecond }) => eventsPerSecond);
  return [
    { id, label: `${name}: object events per second`, unit: "/s", runs: rates(rounds) },
    {
      id: `${id}:usual`,
      label: `${name} : files written once, 500 prefixes`,
      unit: "×",
      runs: ratios(rates(rounds), rates(usual)),
      target: { atLeast: 0.5 },
    },
  ];
}

async function bytesPerOverwrite(database: TestDatabase): Promise<Figure> {
  const [row] = await database.query(`
    select pg_total_relation_size('edp.overwrite')::float8 / count(*) as bytes from edp.overwrite
  `);
  return {
    id: "bytes-per-overwrite",
    label: "bytes of database per overwrite, indexes included",
    unit: "B",
    runs: [Number(row!["bytes"])],
  };
}

/** Rows as earlier object events of these files have left them, in the order of the files. */
async function fill(database: TestDatabase, files: number, writes: number): Promise<number> {
  const keyOf = ledgerKeys();
  const keys = Array.from(
    { length: files },
    (_, i) =>
      keyOf({
        bucket: benchBucket,
        key: rewrittenKey(i),
        identity: "",
        size: 0,
        time: new Date(0),
      }).file,
  );
  const day = "(now() at time zone 'utc')::date - 1";
  await database.query(
    `insert into edp.ledger select file::uuid, 0, 0, 0, ${day} from unnest($1::text[]) as file order by 1`,
    [keys],
  );
  await database.query(
    `insert into edp.overwrite
     select file::uuid, number, (random() * 9e18)::bigint, 0, number, ${day}
     from generate_series(2, $2::int) as number, unnest($1::text[]) as file`,
    [keys, writes],
  );
  await database.query("vacuum analyze edp.ledger, edp.overwrite");
  await database.query("checkpoint");
  return files * writes;
}

const format = (value: number) => value.toLocaleString("en-US");
