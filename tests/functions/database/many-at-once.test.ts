import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { ObjectEvent } from "../../../functions/contract";
import {
  closeDue,
  findFull,
  prunePiece,
  storeEvents,
  wantLease,
  type Connection,
} from "../../../functions/database";
import { randomOf } from "../../support/random";
import { countedEvents } from "../../support/counted-events";
import { objectEvent } from "../../support/object-events";
import { connectionTo, testDatabase, type TestDatabase } from "../../../support/postgres";

const ingests = 6;
const invocations = 40;
const eventsPerInvocation = 60;
const files = 300;

describe("ingests, a closing emitter and pruning at the same moment", () => {
  let test: TestDatabase;
  const connections: Connection[] = [];
  before(async () => (test = await testDatabase()));
  after(async () => {
    connections.forEach((connection) => connection.close());
    await test.drop();
  });

  /** A session as a Lambda's container has it. */
  const connect = async () => {
    const connection = await connectionTo(test, { planOnce: true });
    connections.push(connection);
    return connection;
  };

  it("count every object event once, and every file once in a batch", async () => {
    const sent = new Set<string>();
    let isOver = false;
    const ingest = async (seed: number) => {
      const connection = await connect();
      const random = randomOf(seed);
      for (let i = 0; i < invocations; i++) {
        const events = Array.from({ length: eventsPerInvocation }, () => someEvent(random));
        for (const { key, identity } of events) sent.add(`${key} ${identity}`);
        // as while a deployment changes them: containers of both kinds are there
        const settings = { prefixDepth: 1 + Math.floor(random() * 3), eventCount: 5 + (i % 20) };
        await connection.withSession((db) => storeEvents(db, events, settings));
      }
    };
    const emitter = async () => {
      const connection = await connect();
      const run = randomUUID();
      while (!isOver) {
        await connection.withSession(async (db) => {
          await wantLease(db, run);
          const full = await findFull(db, 10);
          const thresholds = { eventCount: 10, durationSeconds: 0.01, maxAgeSeconds: 0.05 };
          await closeDue(db, run, thresholds, { hold: false, locked: "skip", full });
          await prunePiece(db, 30);
        });
      }
    };

    const closing = emitter();
    await Promise.all(Array.from({ length: ingests }, (_, i) => ingest(i + 1)));
    isOver = true;
    await closing;

    const [counted] = await test.query(`select count(*)::int as events from ${countedEvents}`);
    expect(counted!["events"]).to.equal(sent.size);
    // Every batch, open or closed, beside the ledger's rows that name it.
    const batches = await test.query(`
      with batch as (
        select prefix_id, sequence, event_count, file_count from edp.outbox
        union all
        select prefix_id, sequence, event_count, file_count from edp.prefix where open
      ),
      share as (
        select prefix_id, sequence, count(*) as events, count(distinct file) as files
        from ${countedEvents} group by prefix_id, sequence
      )
      select * from batch full join share using (prefix_id, sequence)
      where (event_count, file_count) is distinct from (events, files)
    `);
    expect(batches).to.deep.equal([]);
    const [gaps] = await test.query(`
      select count(*)::int as gaps from (
        select sequence, row_number() over (partition by prefix_id order by sequence) as number
        from edp.outbox
      ) as batch where sequence <> number
    `);
    expect(gaps!["gaps"]).to.equal(0);
  });
});

/** Of few files, each written a few times: most are overwrites, and many come more than once. */
function someEvent(random: () => number): ObjectEvent {
  const file = Math.floor(random() ** 2 * files);
  const key = `a-${file % 3}/b-${file % 5}/c-${file % 7}/${file}.txt`;
  return objectEvent(key, String(Math.floor(random() * 40)));
}
