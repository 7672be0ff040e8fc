import { expect } from "chai";
import { sql } from "kysely";
import { parseIgnorePatterns, runtimeRole } from "../../../functions/contract";
import { Connection } from "../../../functions/database";
import type { Rejection } from "../../../functions/ingest/judge-messages";
import type { IngestPorts } from "../../../functions/ingest/ports";
import { Receiver } from "../../../functions/ingest/receive";
import { s3Event, testBucket, testTime } from "../../support/object-events";
import { connectionTo, testDatabase, type TestDatabase } from "../../../support/postgres";
import { rejection } from "../../../support/rejection";

const minute = () => 60_000;

describe("Receiver", () => {
  let test: TestDatabase;
  let said: Rejection[];
  let failures: string[];
  let notWoken: unknown[];
  beforeEach(async () => {
    test = await testDatabase();
    said = [];
    failures = [];
    notWoken = [];
  });
  afterEach(() => test.drop());

  const taken: IngestPorts["putWakeEvent"] = () => Promise.resolve({ EventId: "1" });
  const receiverOn = (connection: Connection, putWakeEvent = taken) =>
    new Receiver(
      {
        bucket: testBucket,
        ignorePatterns: parseIgnorePatterns(""),
        prefixDepth: 2,
        eventCount: 20,
        retentionDays: 30,
      },
      {
        connection,
        putWakeEvent,
        sleep: () => new Promise(() => undefined),
        now: () => Date.parse(testTime),
        log: {
          rejected: (one) => said.push(one),
          databaseFailed: (error, attempt) =>
            failures.push(`${attempt}: ${(error as { code?: string }).code}`),
          notWoken: (error) => notWoken.push(error),
        },
      },
    );
  /** A container that was just started, before a database that may be down. */
  const started = (putWakeEvent = taken) => {
    const database = { isDown: false };
    const connection = new Connection(() => {
      if (database.isDown) {
        throw Object.assign(new Error("no database"), { code: "ECONNREFUSED" });
      }
      return { db: test.connect(), destroy: () => undefined };
    });
    return { receiver: receiverOn(connection, putWakeEvent), connection, database };
  };
  const uploaded = [{ messageId: "m1", body: JSON.stringify(s3Event()), receiveCount: 1 }];
  const junk = { messageId: "m1", body: "junk", receiveCount: 1 };
  const junkSaid = {
    messageId: "m1",
    receiveCount: 1,
    reason: "not-json",
    detail: "a body of 4 characters",
  };

  it("says what it rejects before the transaction, which may fail", async () => {
    const { receiver, connection, database } = started();
    await receiver.receive([], () => 0);
    database.isDown = true;
    connection.close();

    expect(await rejection(receiver.receive([junk], () => 0))).to.equal("no database");
    expect(said).to.deep.equal([junkSaid]);
  });

  it("says it before it asks the database for the first time, which may be down as well", async () => {
    const { receiver, database } = started();
    database.isDown = true;
    expect(await rejection(receiver.receive([junk], () => 0))).to.equal("no database");
    expect(said).to.deep.equal([junkSaid]);
  });

  it("says it once when it asks, with what only the ledger makes too old", async () => {
    await test.query("update edp.pipeline set forgotten_before = '2026-11-20'");
    const time = "2026-11-20T12:00:00Z";
    const old = JSON.stringify(s3Event({ time }));
    const { rejected } = await started().receiver.receive(
      [junk, { messageId: "m2", body: old, receiveCount: 1 }],
      () => 0,
    );

    const tooOld = { messageId: "m2", receiveCount: 1, reason: "too-old", detail: `"${time}"` };
    expect(said).to.deep.equal([junkSaid, tooOld]);
    expect(rejected).to.deep.equal([junkSaid, tooOld]);
  });

  it("stores with a session that was opened while the server could not write", async () => {
    const setRole = (setting: string) =>
      test.query(`alter role ${runtimeRole} in database ${test.name} ${setting}`);
    const connection = await connectionTo(test, { planOnce: true });
    try {
      await setRole("set default_transaction_read_only = on");
      await connection.withSession((db) => sql`select 1`.execute(db));
      await setRole("reset default_transaction_read_only");

      const receipt = await receiverOn(connection).receive(uploaded, minute);
      expect(receipt).to.include({ stored: 1, opened: 1 });
      expect(failures).to.deep.equal(["1: 25006"]);
    } finally {
      connection.close();
    }
  });

  it("tries what no session mends once more, while there is time", async () => {
    const connection = await connectionTo(test, { planOnce: true });
    try {
      const receiver = receiverOn(connection);
      await receiver.receive([], minute);
      await test.query(`revoke insert on edp.prefix from ${runtimeRole}`);
      const refused = "permission denied for table prefix";

      expect(await rejection(receiver.receive(uploaded, minute))).to.equal(refused);
      expect(failures).to.deep.equal(["1: 42501"]);
      expect(await rejection(receiver.receive(uploaded, () => 0))).to.equal(refused);
      expect(failures).to.deep.equal(["1: 42501", "1: 42501"]);

      await test.query(`grant insert on edp.prefix to ${runtimeRole}`);
      expect(await receiver.receive(uploaded, minute)).to.include({ stored: 1 });
    } finally {
      connection.close();
    }
  });

  it("says when the wake event was not taken, and has stored what it got", async () => {
    const failure = new Error("no answer");
    const answers: [() => Promise<unknown>, unknown[]][] = [
      [() => Promise.resolve({ EventId: "1" }), []],
      [
        () => Promise.resolve({ ErrorCode: "Throttled", ErrorMessage: "slow\0" }),
        ["Throttled: slow\ufffd"],
      ],
      [() => Promise.resolve({}), ["neither EventId nor ErrorCode in the answer {}"]],
      [() => Promise.resolve(undefined), ["no answer for this entry"]],
      [() => Promise.reject(failure), [failure]],
    ];
    for (const [i, [answer, expected]] of answers.entries()) {
      notWoken = [];
      const body = JSON.stringify(s3Event({ key: `a/${i}/x` }));
      const messages = [{ messageId: "m", body, receiveCount: 1 }];
      const receipt = await started(answer).receiver.receive(messages, minute);
      expect(receipt).to.include({ stored: 1, opened: 1 });
      expect(notWoken).to.deep.equal(expected);
    }
  });
});
