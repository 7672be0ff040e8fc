import { expect } from "chai";
import * as fc from "fast-check";
import { parseIgnorePatterns } from "../../../functions/contract";
import type { Db } from "../../../functions/database";
import { ingest, sortMessages, type QueueMessage } from "../../../functions/ingest/ingest";
import { settingsFromEnvironment } from "../../../functions/ingest/settings";
import { hostileBody, nested, withField, zeros } from "../../support/hostile-json";
import { beat, s3Event, testBucket, testTime } from "../../support/object-events";
import { testDatabase, type TestDatabase } from "../../../support/postgres";

const settings = {
  bucket: testBucket,
  ignorePatterns: parseIgnorePatterns("raw/*"),
  prefixDepth: 2,
  eventCount: 20,
  retentionDays: 30,
};
const now = new Date(testTime);
const message = (body: unknown, messageId = "m", receiveCount = 1): QueueMessage => ({
  messageId,
  receiveCount,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

describe("sortMessages", () => {
  it("judges every message on its own", () => {
    const sorted = sortMessages(
      [
        message(s3Event({ key: "a/b/x" }), "good"),
        message("not json", "text"),
        message(s3Event({ bucket: "other" }), "other", 7),
        message(beat("2026-11-23T10:15:00Z"), "beat"),
        message(s3Event({ key: "raw/x" }), "ignored"),
        message(s3Event({ key: "a/\0b/x" }), "nul in prefix"),
        message(s3Event({ key: "a/b/x\0" }), "nul in name"),
        message(s3Event({ time: "2025-11-23T10:15:30Z" }), "old"),
      ],
      settings,
      now,
    );
    expect(sorted.events.map(({ key }) => key)).to.deep.equal(["a/b/x", "a/b/x\0"]);
    expect(sorted.beats).to.deep.equal([new Date("2026-11-23T10:15:00Z")]);
    expect(sorted.ignored).to.equal(1);
    expect(sorted.rejected).to.deep.equal([
      { messageId: "text", receiveCount: 1, reason: "not-json", detail: "a body of 8 characters" },
      { messageId: "other", receiveCount: 7, reason: "other-bucket", detail: '"other"' },
      {
        messageId: "nul in prefix",
        receiveCount: 1,
        reason: "nul-in-prefix",
        detail: 'prefix is "a/\\u0000b/"',
      },
      { messageId: "old", receiveCount: 1, reason: "too-old", detail: '"2025-11-23T10:15:30Z"' },
    ]);
  });

  it("rejects a message alone whose judging throws, whatever it throws", () => {
    const thrown = [new RangeError("too deep\0"), Object.create(null), undefined, "x".repeat(900)];
    const ignorePatterns = {
      ...settings.ignorePatterns,
      ignores: (key: string) => {
        const index = ["error", "object", "nothing", "text"].indexOf(key);
        if (index !== -1) throw thrown[index];
        return false;
      },
    };
    const keys = ["a/b/x", "error", "object", "a/b/y", "nothing", "text", "a/b/z"];
    const sorted = sortMessages(
      keys.map((key) => message(s3Event({ key }), key)),
      { ...settings, ignorePatterns },
      now,
    );
    expect(sorted.events.map(({ key }) => key)).to.deep.equal(["a/b/x", "a/b/y", "a/b/z"]);
    expect(sorted.rejected.map(({ messageId, detail }) => [messageId, detail])).to.deep.equal([
      ["error", "RangeError: too deep\ufffd"],
      ["object", "{}"],
      ["nothing", "undefined"],
      ["text", "x".repeat(500)],
    ]);
    expect(new Set(sorted.rejected.map(({ reason }) => reason))).to.deep.equal(
      new Set(["not-judged"]),
    );
  });

  it("judges two hundred good messages beside any bad ones", () => {
    const good = Array.from({ length: 200 }, (_, i) =>
      message(s3Event({ key: `good/${i}/x` }), `good ${i}`),
    );
    const goodBeside = (...bad: string[]) => {
      const all = [...good.slice(0, 100), ...bad.map((body) => message(body, "bad"))];
      const { events } = sortMessages([...all, ...good.slice(100)], settings, now);
      return events.filter(({ messageId }) => messageId !== "bad").length;
    };

    expect(goodBeside(`{"source":${nested(5_000)}}`)).to.equal(200);
    expect(goodBeside(withField(["detail", "object", "sequencer"], zeros(1_000_000)))).to.equal(
      200,
    );
    fc.assert(
      fc.property(fc.array(hostileBody, { maxLength: 5 }), (bad) => goodBeside(...bad) === 200),
    );
  });

  it("refuses what the ledger has forgotten, also when it remembers for longer now", () => {
    const kind = (time: string, forgottenBefore: Date | null) =>
      sortMessages([message(s3Event({ time }))], settings, now, forgottenBefore).events.length;
    const forgotten = new Date("2026-11-10T00:00:00Z");
    expect(kind("2026-11-10T12:00:00Z", null)).to.equal(1);
    expect(kind("2026-11-10T12:00:00Z", forgotten)).to.equal(0);
    expect(kind("2026-11-11T00:00:00Z", forgotten)).to.equal(1);
  });

  it("takes events up to the ledger's memory less a day", () => {
    const kind = (time: string) =>
      sortMessages([message(s3Event({ time }))], settings, now).events.length;
    expect(kind("2026-10-25T10:15:30Z")).to.equal(1);
    expect(kind("2026-10-25T10:15:29Z")).to.equal(0);
  });
});

describe("ingest", () => {
  let test: TestDatabase;
  let wakes: number;
  beforeEach(async () => {
    test = await testDatabase();
    wakes = 0;
  });
  afterEach(() => test.drop());

  const ports = {
    run: <T>(work: (db: Db) => Promise<T>) => work(test.db),
    wake: () => {
      wakes++;
      return Promise.resolve();
    },
  };
  const take = (...bodies: unknown[]) =>
    ingest(
      sortMessages(
        bodies.map((body) => message(body)),
        settings,
        now,
      ),
      settings,
      ports,
    );

  it("stores objects and beats in one transaction", async () => {
    expect(await take(s3Event({ key: "a/b/x" }), beat("2026-11-23T10:15:00Z"))).to.deep.include({
      stored: 1,
      duplicates: 0,
    });
    expect(await test.query("select sent_at from edp.heartbeat")).to.deep.equal([
      { sent_at: new Date("2026-11-23T10:15:00Z") },
    ]);

    await test.query("alter table edp.heartbeat add constraint broken check (false) not valid");
    const failed: unknown = await take(
      s3Event({ key: "a/b/y" }),
      beat("2026-11-23T10:16:00Z"),
    ).catch((error: unknown) => error);
    expect(failed).to.have.property("constraint", "broken");
    expect(await test.query("select event_count::int from edp.prefix")).to.deep.equal([
      { event_count: 1 },
    ]);
  });

  it("wakes an emitter when a batch was opened or closed", async () => {
    await take(s3Event({ key: "a/b/x" }));
    expect(wakes).to.equal(1);
    await take(s3Event({ key: "a/b/y" }));
    expect(wakes, "neither opened nor closed").to.equal(1);
    await take(...Array.from({ length: 18 }, (_, i) => s3Event({ key: `a/b/${i}` })));
    expect(wakes, "closed").to.equal(2);
  });

  it("wakes an emitter when a commit's answer was lost", async () => {
    let lost = false;
    const run = async <T>(work: (db: Db) => Promise<T>) => {
      const result = await work(test.db);
      if (lost) return result;
      lost = true;
      return work(test.db);
    };
    const sorted = sortMessages([message(s3Event({ key: "a/b/x" }))], settings, now);
    const result = await ingest(sorted, settings, { ...ports, run });
    expect(result).to.include({ stored: 0, duplicates: 1, opened: 0 });
    expect(wakes).to.equal(1);
  });

  it("wakes an emitter for duplicates that come back: who stored them may have died first", async () => {
    const store = async (receiveCount: number) => {
      const messages = [message(s3Event({ key: "a/b/x" }), "m", receiveCount)];
      await ingest(sortMessages(messages, settings, now), settings, ports);
      return wakes;
    };
    expect(await store(1)).to.equal(1); // it opens a batch
    expect(await store(1)).to.equal(1); // a second copy by S3
    expect(await store(2)).to.equal(2);
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
    const sorted = sortMessages(
      [
        ...keys.map((key) => message(s3Event({ key }), key)),
        message(beat("2026-11-23T10:15:00Z"), "beat"),
      ],
      settings,
      now,
    );
    const result = await ingest(sorted, settings, ports);

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
    const failed: unknown = await take(
      ...keys.map((key) => s3Event({ key })),
      beat("2026-11-23T10:15:00Z"),
    ).catch((error: unknown) => error);

    // The beat is not acknowledged, nor is what came with it: it comes back, and is known then.
    expect(failed).to.have.property("message", "out of range");
    expect(
      await test.query("select prefix, event_count::int from edp.prefix order by 1"),
    ).to.deep.equal(["a/1/", "a/2/", "a/3/"].map((prefix) => ({ prefix, event_count: 1 })));
  });

  it("does not wake anybody for beats and duplicates", async () => {
    await take(beat("2026-11-23T10:15:00Z"));
    expect(wakes).to.equal(0);
    await take(s3Event());
    await take(s3Event());
    expect(wakes).to.equal(1);
  });
});

describe("ingest settings", () => {
  const variables = {
    DATABASE_HOST: "h",
    DATABASE_PORT: "5432",
    DATABASE_NAME: "edp",
    DATABASE_USER: "edp_runtime",
    BUCKET_NAME: "b",
    BUCKET_IGNORE_PREFIXES: "",
    BUCKET_PREFIX_DEPTH: "0",
    THRESHOLD_EVENT_COUNT: "20",
    THRESHOLD_DURATION_SECONDS: "300",
    LEDGER_RETENTION_DAYS: "30",
    OBJECT_QUEUE_ARN: "arn:q",
  };

  it("are read from the environment, each failing by name", () => {
    const read = settingsFromEnvironment(variables);
    expect(read).to.deep.equal({
      ignorePatterns: read.ignorePatterns,
      access: { host: "h", port: 5432, database: "edp", user: "edp_runtime" },
      bucket: "b",
      prefixDepth: 0,
      eventCount: 20,
      retentionDays: 30,
      objectQueueArn: "arn:q",
    });
    for (const name of Object.keys(variables)) {
      expect(() => settingsFromEnvironment({ ...variables, [name]: undefined })).to.throw(
        `environment variable ${name} is missing`,
      );
    }
  });
});
