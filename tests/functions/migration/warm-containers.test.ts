// While `pulumi up` runs, and after it in containers that are not replaced yet, the Lambdas of the
// release before work on with the new schema, in sessions and with statements from before.
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { sql, type Kysely } from "kysely";
import { parseIgnorePatterns } from "../../../functions/contract";
import type { Connection } from "../../../functions/database";
import { databasePort } from "../../../functions/emitter/database-port";
import { emit } from "../../../functions/emitter/emit";
import { Receiver } from "../../../functions/ingest/receive";
import { migrate } from "../../../functions/migration/migrate";
import { migrations } from "../../../migrations";
import { emitterSettings, emitterWorld } from "../../support/emitter-world";
import { s3Event, testBucket, testTime } from "../../support/object-events";
import { connectionTo, master, open, testServer } from "../../../support/postgres";

const tables = ["prefix", "ledger", "outbox", "heartbeat", "pipeline"];
/** What release after release may bring: each expands, none takes anything away. */
const expanding: Record<string, (db: Kysely<unknown>) => Promise<unknown>> = {
  "9901_add_a_column_to_every_table": async (db) => {
    for (const table of tables) {
      await sql`alter table ${sql.table(`edp.${table}`)} add column note text`.execute(db);
    }
  },
  "9902_widen_the_counts": async (db) => {
    await sql`alter table edp.prefix alter event_count type numeric`.execute(db);
    await sql`alter table edp.outbox alter event_count type numeric`.execute(db);
  },
  "9903_make_the_clock_anew": async (db) => {
    await sql`
      create or replace function edp.clock() returns timestamptz
        language sql volatile parallel safe
        return timestamptz '2026-11-23 10:00:00Z'
    `.execute(db);
  },
};

describe("containers that are warm when a migration expands the schema", () => {
  const world = emitterWorld({ changesTables: true });
  let connections: Connection[];
  beforeEach(() => {
    connections = [];
  });
  afterEach(() => connections.forEach((connection) => connection.close()));

  const warm = async (planOnce: boolean) => {
    const connection = await connectionTo(world.test, { planOnce });
    connections.push(connection);
    return connection;
  };

  // Ingest plans once; the emitter does not today, and nothing may stand in the way of it.
  for (const emitterPlansOnce of [false, true]) {
    it(`go on counting and announcing, ${emitterPlansOnce ? "were the emitter to plan once" : "as they are"}`, async () => {
      const receiver = new Receiver(
        {
          bucket: testBucket,
          ignorePatterns: parseIgnorePatterns(""),
          prefixDepth: 1,
          eventCount: 2,
          retentionDays: 30,
        },
        {
          connection: await warm(true),
          putWakeEvent: () => Promise.resolve(),
          sleep: () => new Promise(() => undefined),
          now: () => Date.parse(testTime),
          log: {
            rejected: () => undefined,
            databaseFailed: () => undefined,
            notWoken: () => undefined,
          },
        },
      );
      const port = databasePort(await warm(emitterPlansOnce), () => undefined);
      const releases: string[] = [];
      /** A batch that its count closes, and one that stays open; then whatever is due is announced. */
      const work = async (release: string) => {
        const keys = ["full/1", "full/2", "open/1"].map((key) => `${release}-${key}`);
        const messages = keys.map((key) => ({
          messageId: key,
          receiveCount: 1,
          body: JSON.stringify(s3Event({ key })),
        }));
        const receipt = await receiver.receive(messages, () => 60_000);
        expect(receipt, release).to.include({ stored: 3, duplicates: 0, opened: 1 });
        const end = await emit(
          randomUUID(),
          emitterSettings,
          world.ports({ ...port, remaining: () => 0 }),
        );
        expect(end, release).to.equal("out-of-time");
        releases.push(`${release}-full/`);
        expect(world.outline().map(([prefix]) => prefix)).to.deep.equal(releases);
      };

      await work("before");
      const masters = open<unknown>(await testServer(), world.test.name, master);
      try {
        const released = { ...migrations };
        for (const [name, up] of Object.entries(expanding)) {
          released[name] = { up: (db: Kysely<unknown>) => up(db).then(() => undefined) };
          await migrate(masters, released);
          await work(name);
        }
      } finally {
        await masters.destroy();
      }
    });
  }
});
