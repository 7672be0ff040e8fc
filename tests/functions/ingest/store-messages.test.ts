import { expect } from "chai";
import { judgeMessages, type QueueMessage } from "../../../functions/ingest/judge-messages";
import { storeMessages, type WithDatabase } from "../../../functions/ingest/store-messages";
import { beat, s3Event, testTime } from "../../support/object-events";
import { ingestSettings as settings, queueMessage as message } from "../../support/queue-messages";
import { testDatabase, type TestDatabase } from "../../../support/postgres";

const now = new Date(testTime);

describe("storeMessages", () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.drop());

  const withDatabase: WithDatabase = (work) => work(test.db);
  const storeAll = (messages: QueueMessage[], through = withDatabase) =>
    storeMessages(judgeMessages(messages, settings, now), settings, through);
  const store = (...bodies: unknown[]) => storeAll(bodies.map((body) => message(body)));
  const needsEmitter = async (...bodies: unknown[]) => (await store(...bodies)).needsEmitter;

  it("stores objects and beats in one transaction", async () => {
    expect(await store(s3Event({ key: "a/b/x" }), beat("2026-11-23T10:15:00Z"))).to.deep.include({
      stored: 1,
      duplicates: 0,
    });
    expect(await test.query("select sent_at from edp.heartbeat")).to.deep.equal([
      { sent_at: new Date("2026-11-23T10:15:00Z") },
    ]);

    await test.query("alter table edp.heartbeat add constraint broken check (false) not valid");
    const failed: unknown = await store(
      s3Event({ key: "a/b/y" }),
      beat("2026-11-23T10:16:00Z"),
    ).catch((error: unknown) => error);
    expect(failed).to.have.property("constraint", "broken");
    expect(await test.query("select event_count::int from edp.prefix")).to.deep.equal([
      { event_count: 1 },
    ]);
  });

  it("needs an emitter when a batch was opened or closed", async () => {
    expect(await needsEmitter(s3Event({ key: "a/b/x" }))).to.equal(true);
    expect(await needsEmitter(s3Event({ key: "a/b/y" }))).to.equal(false);
    const closing = Array.from({ length: 18 }, (_, i) => s3Event({ key: `a/b/${i}` }));
    expect(await needsEmitter(...closing)).to.equal(true);
  });

  it("needs an emitter when a commit's answer was lost", async () => {
    const answerLost: WithDatabase = async (work) => {
      await work(test.db);
      return work(test.db);
    };
    const result = await storeAll([message(s3Event({ key: "a/b/x" }))], answerLost);
    expect(result).to.include({ stored: 0, duplicates: 1, opened: 0, needsEmitter: true });
  });

  it("needs an emitter for duplicates that come back: who stored them may have died first", async () => {
    const again = async (receiveCount: number) => {
      const { needsEmitter } = await storeAll([
        message(s3Event({ key: "a/b/x" }), "m", receiveCount),
      ]);
      return needsEmitter;
    };
    expect(await again(1)).to.equal(true); // it opens a batch
    expect(await again(1)).to.equal(false); // a second copy by S3
    expect(await again(2)).to.equal(true);
  });

  it("leaves a message that the database refuses alone, and stores its neighbours", async () => {
    await test.query(
      `create function edp.refuse() returns trigger language plpgsql as
         'begin raise sqlstate ''22009'' using message = ''time zone displacement''; end'`,
    );
    await test.query(
      `create trigger refuse before insert on edp.prefix for each row
       when (new.prefix like 'bad%') execute function edp.refuse()`,
    );
    const keys = ["a/1/x", "a/2/x", "bad/1/x", "a/3/x", "a/4/x", "bad/2/x", "a/5/x"];
    const result = await storeAll([
      ...keys.map((key) => message(s3Event({ key }), key)),
      message(beat("2026-11-23T10:15:00Z"), "beat"),
    ]);

    expect(result).to.include({ stored: 5, duplicates: 0, opened: 5 });
    expect(result.unstorable).to.deep.equal(
      ["bad/1/x", "bad/2/x"].map((messageId) => ({
        messageId,
        receiveCount: 1,
        reason: "unstorable",
        detail: "error: time zone displacement",
      })),
    );
    expect(await test.query("select count(*)::int as beats from edp.heartbeat")).to.deep.equal([
      { beats: 1 },
    ]);
  });

  it("stores object events beside beats that the database refuses, and blames them for nothing", async () => {
    await test.query(
      `create function edp.refuse() returns trigger language plpgsql as
         'begin raise sqlstate ''22008'' using message = ''out of range''; end'`,
    );
    await test.query(
      "create trigger refuse before insert on edp.heartbeat for each row execute function edp.refuse()",
    );
    const keys = ["a/1/x", "a/2/x", "a/3/x"];
    const failed: unknown = await store(
      ...keys.map((key) => s3Event({ key })),
      beat("2026-11-23T10:15:00Z"),
    ).catch((error: unknown) => error);

    // The beat is not acknowledged, nor is what came with it: it comes back, and is known then.
    expect(failed).to.have.property("message", "out of range");
    expect(
      await test.query("select prefix, event_count::int from edp.prefix order by 1"),
    ).to.deep.equal(["a/1/", "a/2/", "a/3/"].map((prefix) => ({ prefix, event_count: 1 })));
  });

  it("needs no emitter for beats and duplicates", async () => {
    expect(await needsEmitter(beat("2026-11-23T10:15:00Z"))).to.equal(false);
    expect(await needsEmitter(s3Event())).to.equal(true);
    expect(await needsEmitter(s3Event())).to.equal(false);
  });
});
