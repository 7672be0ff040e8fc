import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { sql } from "kysely";
import { Client } from "pg";
import {
  closeDue,
  findFull,
  forgottenBefore,
  isEmitterAwake,
  noteAttempts,
  observePipeline,
  pendingWork,
  pollLease,
  pruneOutboxPiece,
  prunePiece,
  readGauges,
  releaseLease,
  renewLease,
  storeEvents,
  takeUnpublished,
  wantLease,
  type Db,
} from "../../../functions/database";
import { addPrefixes, lockPrefixes } from "../../../functions/database/storing/prefixes";
import { emitterSettings } from "../../support/emitter-world";
import { objectEvent } from "../../support/object-events";
import { connectionTo, testDatabase, type TestDatabase } from "../../../support/postgres";

/** A table and how it is read, as `explain` says it. */
type Reads = readonly string[];

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

describe("plans of ingest and emitter", function () {
  this.timeout(60_000); // a stack, or a process, starts
  const databases: TestDatabase[] = [];
  const database = async () => {
    const test = await testDatabase();
    databases.push(test);
    return test;
  };
  after(() => Promise.all(databases.map((test) => test.drop())));

  const states: Record<string, (test: TestDatabase) => Promise<unknown>> = {
    "tables that nobody has looked at": () => Promise.resolve(),
    "tables that were empty": (test) => test.query("vacuum analyze"),
    "tables that were empty, and have grown": async (test) => {
      await test.query("vacuum analyze");
      await fill(test, { open: 5_000, closed: 5_000, files: 5_000 });
    },
    "closed prefixes, and files that were written twice": async (test) => {
      await fill(test, { open: 10, closed: 20_000, files: 20_000 });
      await test.query("vacuum analyze");
    },
    "open prefixes, and a file that was written again and again": async (test) => {
      await fill(test, { open: 20_000, closed: 10, files: 1 });
      await test.query("vacuum analyze");
    },
    "as many open as closed": async (test) => {
      await fill(test, { open: 10_000, closed: 10_000, files: 100 });
      await test.query("vacuum analyze");
    },
  };

  it("are the same whatever the statistics say, and walk along no table that grows", async () => {
    const statements = await statementsOf(await database());
    const plans = new Map<string, Record<string, Reads>>();
    for (const [state, prepare] of Object.entries(states)) {
      const test = await database();
      await prepare(test);
      for (const [text, reads] of await plansOf(test, statements)) {
        plans.set(text, { ...plans.get(text), [state]: reads });
      }
    }

    expect(plans.size).to.be.greaterThan(20);
    for (const [text, byState] of plans) {
      const [usual] = Object.values(byState);
      for (const [state, reads] of Object.entries(byState)) {
        expect(reads, `${text}\n\nwith ${state}`).to.deep.equal(usual);
      }
      for (const read of usual!) expect(read, text).to.match(bounded);
    }
  });
});

/** Of a row or two, or of a day's beats. */
const small = ["pipeline", "pruning", "heartbeat", "pg_class"];

/** By a condition of an index, by place, or along what is open or unpublished. */
const bounded =
  /^(\w+: \w+ by .*|\w+: Tid (Range )?Scan|prefix: prefix_(quiet|age)|outbox: outbox_unpublished)$/;

/** All that ingest and emitter ask the database, each once. */
async function statementsOf(test: TestDatabase): Promise<Set<string>> {
  const texts = new Set<string>();
  const original = Object.getOwnPropertyDescriptor(Client.prototype, "query")!;
  const query = original.value as (...args: unknown[]) => unknown;
  Object.assign(Client.prototype, {
    query(this: Client, ...args: unknown[]) {
      const [config] = args as [string | { text: string }];
      const text = typeof config === "string" ? config : config.text;
      if (/^\s*(select|with|insert|update|delete)\b/.test(text)) texts.add(text);
      return query.apply(this, args);
    },
  });
  const connection = await connectionTo(test, { planOnce: true });
  try {
    await connection.withSession(async (db) => {
      for (const ask of questions) await ask(db);
    });
  } finally {
    Object.defineProperty(Client.prototype, "query", original);
    connection.close();
  }
  return texts;
}

const run = randomUUID();
const options = { hold: false, full: [] } as const;
const { thresholds, heartbeat, retentionDays } = emitterSettings;
const store = (db: Db, ...sequencers: string[]) =>
  storeEvents(
    db,
    sequencers.map((sequencer) => objectEvent("a/b/x", sequencer)),
    { prefixDepth: 2, eventCount: 20 },
  );

const questions: readonly ((db: Db) => Promise<unknown>)[] = [
  (db) => store(db, "01", "02"),
  (db) => store(db, "02", "03"),
  (db) => addPrefixes(db, "lab", ["c/d/"]),
  (db) => db.transaction().execute((trx) => lockPrefixes(trx, "lab", ["c/d/"])),
  (db) => wantLease(db, run),
  (db) => pollLease(db, run),
  (db) => renewLease(db, run),
  isEmitterAwake,
  (db) => observePipeline(db, run, heartbeat),
  (db) => closeDue(db, run, thresholds, { ...options, locked: "wait" }),
  (db) => closeDue(db, run, thresholds, { ...options, locked: "skip" }),
  (db) => findFull(db, 20),
  (db) => takeUnpublished(db, 80),
  (db) => noteAttempts(db, run, [randomUUID()], [{ batchId: randomUUID(), error: "" }]),
  pendingWork,
  readGauges,
  forgottenBefore,
  (db) => prunePiece(db, retentionDays),
  (db) => prunePiece(db, retentionDays),
  (db) => prunePiece(db, retentionDays),
  (db) => pruneOutboxPiece(db, retentionDays),
  (db) => releaseLease(db, run),
];

/** How each statement reads its tables, in a session of its own kind. */
async function plansOf(
  test: TestDatabase,
  statements: ReadonlySet<string>,
): Promise<[string, Reads][]> {
  const connection = await connectionTo(test, { planOnce: true });
  try {
    const plans: [string, Reads][] = [];
    for (const text of statements) {
      const { rows } = await connection.withSession((db) =>
        sql<{ "QUERY PLAN": [{ Plan: PlanNode }] }>`
          explain (generic_plan, format json) ${sql.raw(text)}
        `.execute(db),
      );
      plans.push([text, readsOf(rows[0]!["QUERY PLAN"][0].Plan)]);
    }
    return plans;
  } finally {
    connection.close();
  }
}

function readsOf(node: PlanNode): string[] {
  const table = node["Relation Name"];
  const reads = (node.Plans ?? []).flatMap(readsOf);
  if (table === undefined || small.includes(table) || node["Node Type"] === "ModifyTable") {
    return reads;
  }
  const by = node["Index Name"] ?? node["Node Type"];
  const condition = node["Index Cond"] === undefined ? "" : ` by ${node["Index Cond"]}`;
  return [`${table}: ${by}${condition}`, ...reads];
}

async function fill(
  test: TestDatabase,
  { open, closed, files }: { open: number; closed: number; files: number },
): Promise<void> {
  await test.query(
    `insert into edp.prefix (bucket, prefix) select 'lab', 'closed/' || n from generate_series(1, $1) n`,
    [closed],
  );
  await test.query(
    `insert into edp.prefix (bucket, prefix, open, event_count, file_count, total_bytes,
       first_event_time, last_event_time, first_stored_at, last_stored_at, quiet_since)
     select 'lab', 'open/' || n, true, 1, 1, 1, now(), now(), now(), now(), now()
     from generate_series(1, $1) n`,
    [open],
  );
  await test.query(
    `with file as (select n, md5(n::text)::uuid as file from generate_series(1, $1) n),
     first as (insert into edp.ledger select file, n, n, 1, current_date from file)
     insert into edp.overwrite
     select file, number, n, n, number, current_date
     from file, generate_series(1, greatest(1, 20000 / $1)) as number`,
    [files],
  );
  await test.query(
    `insert into edp.outbox
     select gen_random_uuid(), n, 1, 'lab', 'closed/' || n, 'duration', false, 1, 1, 1,
       now(), now(), now(), now(), 1, now(), null, case when n > 10 then now() end
     from generate_series(1, $1) n`,
    [closed],
  );
}
