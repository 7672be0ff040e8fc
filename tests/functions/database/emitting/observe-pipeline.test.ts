import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { timing } from "../../../../functions/contract";
import {
  observePipeline,
  recordBeats,
  releaseLease,
  wantLease,
} from "../../../../functions/database";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

const heartbeat = {
  periodSeconds: timing.schedulePeriod,
  missingAfterSeconds: timing.beatMissingAfter,
  holdAfterTroubleSeconds: timing.holdAfterTrouble,
  holdLimitSeconds: timing.holdLimit,
};
const run = randomUUID();
const start = Date.parse("2026-11-23T10:00:00Z");

describe("heartbeat", () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase();
    await wantLease(test.db, run);
  });
  afterEach(() => test.drop());

  /** Seconds since the start, as the product's clock says. */
  const at = (second: number) =>
    test.setClock(`timestamptz '2026-11-23 10:00:00Z' + interval '${second} s'`);
  const observe = async (second: number) => {
    await at(second);
    return observePipeline(test.db, run, heartbeat);
  };
  const record = async (...seconds: number[]) =>
    recordBeats(
      test.db,
      seconds.map((second) => new Date(start + second * 1000)),
    );
  /** A beat a minute, each recorded two seconds after it was sent. */
  const beats = async (from: number, to: number) => {
    for (let second = from; second <= to; second += 60) {
      await at(second + 2);
      await record(second);
    }
  };
  /** Looks every second, as a running emitter does. */
  const observeFor = async (from: number, to: number) => {
    for (let second = from; second < to; second += 10) await observe(second);
    return observe(to);
  };
  const kept = async () =>
    (await test.query("select sent_at from edp.heartbeat order by sent_at")).map(
      (row) => ((row["sent_at"] as Date).getTime() - start) / 1000,
    );

  it("counts as behind when none was ever seen", async () => {
    expect(await observe(0)).to.deep.equal({
      behind: true,
      hold: true,
      heldSeconds: 0,
      heartbeatAgeSeconds: null,
    });
  });

  it("is fine from the first beat on, and while beats come", async () => {
    await beats(0, 0);
    expect(await observe(5)).to.deep.equal({
      behind: false,
      hold: false,
      heldSeconds: 0,
      heartbeatAgeSeconds: 5,
    });
    await beats(60, 600);
    expect((await observe(660)).behind).to.equal(false);
  });

  it("takes a beat as missing 150 s after it was due", async () => {
    await beats(0, 120);
    expect((await observe(120 + 60 + 150)).behind).to.equal(false);
    expect(await observe(120 + 60 + 151)).to.include({ behind: true, hold: true });
  });

  it("sees a beat that is missing although newer ones came", async () => {
    await beats(0, 120);
    await beats(240, 360);
    expect((await observe(120 + 60 + 151)).behind).to.equal(true);
  });

  it("allows for jitter of the schedule", async () => {
    await at(500);
    await record(0, 65, 118, 185, 240, 301, 359, 420, 479);
    await observe(500);
    expect((await observe(479 + 60 + 115 + 500)).behind).to.equal(true); // late: recorded at 500
    await test.query("update edp.heartbeat set recorded_at = sent_at");
    await test.query("update edp.pipeline set hold_until = null");
    expect((await observe(500)).behind).to.equal(false);
  });

  it("holds on for 115 s after the missing beat has come", async () => {
    await beats(0, 120);
    await beats(240, 420);
    expect((await observe(421)).behind).to.equal(true);
    await record(180);
    expect((await observe(421 + 114)).behind).to.equal(true);
    await beats(480, 480);
    expect((await observe(421 + 116)).behind).to.equal(false);
  });

  it("holds on after a gap that no emitter saw", async () => {
    await beats(0, 120);
    await observe(125);
    await at(1000);
    await record(180, 240, 300, 360, 420, 480, 540, 600, 660, 720, 780, 840, 900, 960);
    expect((await observe(1001)).behind).to.equal(true);
    await beats(1020, 1080);
    expect((await observe(1000 + 114)).behind).to.equal(true);
    expect((await observe(1000 + 116)).behind).to.equal(false);
  });

  it("holds on after the database has restarted, not after its first start", async () => {
    await beats(0, 60);
    expect((await observe(70)).behind).to.equal(false);
    await test.query("update edp.pipeline set database_started_at = '2020-01-01Z'");
    expect((await observe(80)).behind).to.equal(true);
    await beats(120, 180);
    expect((await observe(80 + 114)).behind).to.equal(true);
    expect((await observe(80 + 116)).behind).to.equal(false);
  });

  it("holds for as long as allowed, as emitters have observed it, then no longer", async () => {
    await beats(0, 0);
    await observe(211);
    await test.query("update edp.pipeline set held_seconds = 3500");
    expect(await observeFor(211, 211 + 90)).to.deep.equal({
      behind: true,
      hold: true,
      heldSeconds: 3590,
      heartbeatAgeSeconds: 301,
    });
    expect(await observe(211 + 100)).to.include({ behind: true, hold: false });
  });

  it("does not count an hour that nobody observed", async () => {
    await beats(0, 0);
    await observe(220);
    expect(await observe(220 + 7200)).to.deep.include({ hold: true, heldSeconds: 10 });
  });

  it("starts the hour anew after the pipeline has caught up", async () => {
    await beats(0, 0);
    await observe(220);
    await observe(230);
    await test.query("update edp.pipeline set held_seconds = 3000");
    await record(60, 120, 180);
    await beats(240, 420);
    expect(await observe(480)).to.deep.include({ behind: false, heldSeconds: 0 });
  });

  it("gives up a beat that never comes once the hour is used up", async () => {
    await beats(0, 60);
    await beats(180, 420);
    await observe(425);
    await test.query("update edp.pipeline set held_seconds = 3600");
    expect(await observe(426)).to.include({ behind: true, hold: false });
    expect(await kept()).to.deep.equal([420]);
    await beats(480, 540);
    expect(await observe(426 + 116)).to.deep.include({ behind: false, heldSeconds: 0 });
  });

  it("keeps the beats from the first gap on, and the newest", async () => {
    await beats(0, 300);
    await observe(305);
    expect(await kept()).to.deep.equal([300]);
    await beats(420, 540);
    await observe(545);
    expect(await kept()).to.deep.equal([300, 420, 480, 540]);
  });

  it("takes a second copy of an old beat for what it is", async () => {
    await beats(0, 300);
    await observe(305);
    await record(0, 60, 300);
    expect(await kept()).to.deep.equal([300]);
    expect((await observe(306)).behind).to.equal(false);
  });

  it("records a beat twice in a batch and twice at all as one", async () => {
    await at(2);
    await record(0, 0);
    await record(0);
    expect(await kept()).to.deep.equal([0]);
  });

  it("does not miss beats of more than a day ago", async () => {
    await beats(0, 0);
    const today = 3 * 86_400;
    await beats(today - 120, today);
    await test.query("update edp.heartbeat set recorded_at = sent_at");
    expect((await observe(today + 5)).behind).to.equal(true);
    expect((await observe(today + 86_400)).behind).to.equal(true); // the tail is missing now
    await test.query("update edp.pipeline set hold_until = null");
    await test.query("delete from edp.heartbeat where sent_at > '2026-11-23T10:00:00Z'");
    await test.query(
      `insert into edp.heartbeat select t, t from generate_series(
         timestamptz '2026-11-23 10:00:00Z' + interval '3 days 60 s',
         timestamptz '2026-11-23 10:00:00Z' + interval '4 days 120 s', interval '60 s') t`,
    );
    expect((await observe(4 * 86_400 + 125)).behind).to.equal(false);
  });

  it("notes nothing for a run that has lost the lease", async () => {
    await beats(0, 300);
    await observe(301);
    await releaseLease(test.db, run);
    const noted = await test.query("select * from edp.pipeline");
    await beats(360, 420);
    expect(await observe(421 + 211)).to.include({ behind: true, hold: true });
    expect(await test.query("select * from edp.pipeline")).to.deep.equal(noted);
    expect(await kept()).to.deep.equal([300, 360, 420]);
  });
});
