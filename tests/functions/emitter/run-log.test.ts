import { expect } from "chai";
import { valuesPerLine } from "../../../functions/contract";
import { Meter } from "../../../functions/emitter/meter";
import { runLog } from "../../../functions/emitter/run-log";

/** A run's log, and the lines that it wrote. */
function logOf() {
  const lines: [level: string, message: string, fields?: object][] = [];
  const to = (level: string) => (message: string, fields?: object) =>
    void lines.push(fields === undefined ? [level, message] : [level, message, fields]);
  const meter = new Meter(() => 0);
  const log = runLog(
    "lab",
    meter,
    { info: to("info"), warn: to("warn"), error: to("error") },
    () => 1764000000000,
  );
  return { lines, log, meter };
}

const batch = {
  batchId: "b1",
  bucket: "lab",
  prefix: "a/",
  sequence: 2,
  trigger: "duration" as const,
  held: true,
  eventCount: 3,
  fileCount: 2,
  totalBytes: 10,
  firstEventTime: new Date(0),
  lastEventTime: new Date(0),
  closedAt: new Date(0),
};

describe("the log of a run", () => {
  it("has a line for each batch that is closed, published, or not", () => {
    const { lines, log, meter } = logOf();
    const closed = { batchId: "b1", prefix: "a/", trigger: "duration" as const };
    log.closed(closed);
    log.published(batch);
    log.failed(batch, "ThrottlingException: slow down");
    log.lockedPrefixes();

    expect(lines).to.deep.equal([
      ["info", "batch closed", closed],
      [
        "info",
        "batch published",
        {
          batchId: "b1",
          prefix: "a/",
          sequence: 2,
          trigger: "duration",
          held: true,
          fileCount: 2,
          eventCount: 3,
        },
      ],
      [
        "error",
        "batch not published; tried again",
        { batchId: "b1", prefix: "a/", error: "ThrottlingException: slow down" },
      ],
      ["warn", "some prefixes are locked; looking at the others"],
    ]);
    expect(meter.values(undefined)).to.include({
      BatchesClosedByDuration: 1,
      BatchesPublished: 1,
      BatchesHeld: 1,
      FailedEntries: 1,
    });
  });

  it("warns when the pipeline falls behind, but not of a new stack without a beat", () => {
    const { lines, log } = logOf();
    const state = { behind: true, hold: true, heldSeconds: 1, heartbeatAgeSeconds: 170 };
    log.behind(state);
    log.behind({ ...state, heartbeatAgeSeconds: null });
    log.behind({ ...state, behind: false });

    expect(lines.map(([level, message]) => `${level}: ${message}`)).to.deep.equal([
      "warn: pipeline behind; duration triggers held",
      "info: no heartbeat seen yet; duration triggers held",
      "info: pipeline caught up",
    ]);
    expect(lines[0]![2]).to.deep.equal(state);
  });

  it("says lateness as it goes, a line when one is full", () => {
    const { lines, log, meter } = logOf();
    log.announced(Array.from({ length: valuesPerLine - 1 }, () => 0.1));
    expect(lines).to.deep.equal([]);
    log.announced([0.2, 0.3]);

    expect(lines).to.have.length(1);
    const [[level, message, fields]] = lines as [[string, string, object]];
    expect([level, message]).to.deep.equal(["info", "more metrics"]);
    expect(fields).to.have.property("bucket", "lab");
    expect(fields).to.have.property("AnnouncementLateness").that.has.length(valuesPerLine);
    expect(meter.values(undefined).AnnouncementLateness).to.deep.equal([0.3]);
  });
});
