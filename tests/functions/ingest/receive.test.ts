import { expect } from "chai";
import { parseIgnorePatterns } from "../../../functions/contract";
import { Connection } from "../../../functions/database";
import type { Rejection } from "../../../functions/ingest/ingest";
import { Receiver } from "../../../functions/ingest/receive";
import { testDatabase, type TestDatabase } from "../../support/postgres";
import { rejection } from "../../support/rejection";

describe("Receiver", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  it("says what it rejects before the transaction, which may fail", async () => {
    const said: Rejection[] = [];
    let isDown = false;
    const connection = new Connection(() => {
      if (isDown) throw Object.assign(new Error("no database"), { code: "ECONNREFUSED" });
      return { db: test.connect(), destroy: () => undefined };
    });
    const receiver = new Receiver(
      {
        ...{ bucket: "lab", ignorePatterns: parseIgnorePatterns(""), prefixDepth: 2 },
        ...{ eventCount: 20, retentionDays: 30 },
      },
      {
        connection,
        putWakeEvent: () => Promise.resolve(),
        sleep: () => Promise.resolve(),
        now: () => Date.parse("2026-11-23T10:15:30Z"),
        log: {
          rejected: (one) => said.push(one),
          databaseFailed: () => undefined,
          notWoken: () => undefined,
        },
      },
    );
    await receiver.receive([], () => 0);
    isDown = true;
    connection.close();

    const messages = [{ messageId: "m1", body: "junk", receiveCount: 1 }];
    expect(await rejection(receiver.receive(messages, () => 0))).to.equal("no database");
    expect(said).to.deep.equal([
      { messageId: "m1", receiveCount: 1, reason: "not-json", detail: "a body of 4 characters" },
    ]);
  });
});
