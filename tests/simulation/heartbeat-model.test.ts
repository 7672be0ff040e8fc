import { expect } from "chai";
import { HeartbeatModel } from "./heartbeat-model";

const rules = {
  periodSeconds: 60,
  missingAfterSeconds: 150,
  holdAfterTroubleSeconds: 115,
  holdLimitSeconds: 3600,
};

/** Beats of the first minutes, each recorded immediately, but those that are missing. */
function after(minutes: number, missing: readonly number[] = []): HeartbeatModel {
  const heartbeat = new HeartbeatModel(rules);
  for (let minute = 0; minute <= minutes; minute++) {
    heartbeat.sent(minute * 60_000);
    if (!missing.includes(minute)) heartbeat.recorded([minute * 60_000], minute * 60_000);
  }
  return heartbeat;
}

const seconds = (value: number) => value * 1000;

/** A look at this second, and its note. */
function look(heartbeat: HeartbeatModel, second: number) {
  const { note, ...seen } = heartbeat.look(seconds(second));
  note();
  return seen;
}

describe("heartbeat model", () => {
  it("is behind as long as no beat was ever seen", () => {
    const heartbeat = new HeartbeatModel(rules);
    expect(look(heartbeat, 0)).to.deep.equal({ behind: true, hold: true });
    heartbeat.sent(0);
    heartbeat.recorded([0], 0);
    expect(look(heartbeat, 1)).to.deep.equal({ behind: false, hold: false });
  });

  it("holds while a beat is missing that was due 150 s ago, and for 115 s after it came", () => {
    const heartbeat = after(10, [5]);
    expect(look(heartbeat, 450).hold).to.equal(false);
    expect(look(heartbeat, 451).hold).to.equal(true);
    heartbeat.recorded([seconds(300)], seconds(600));
    expect(look(heartbeat, 714).hold).to.equal(true);
    expect(look(heartbeat, 715).hold).to.equal(false);
  });

  it("misses the next beat, a period after the last", () => {
    const heartbeat = after(10);
    expect(look(heartbeat, 810).hold).to.equal(false);
    expect(look(heartbeat, 811).hold).to.equal(true);
  });

  it("holds for 115 s after the database was restarted, from the first look on", () => {
    const heartbeat = after(10);
    look(heartbeat, 600);
    heartbeat.restarted();
    expect(look(heartbeat, 620).hold).to.equal(true);
    heartbeat.sent(seconds(660));
    heartbeat.recorded([seconds(660)], seconds(660));
    expect(look(heartbeat, 734).hold).to.equal(true);
    expect(look(heartbeat, 735).hold).to.equal(false);
  });

  it("holds for an hour that running emitters have seen, and gives up what is missing then", () => {
    const heartbeat = after(200, [1]);
    for (let second = 12_000; second < 15_600; second += 10) {
      expect(look(heartbeat, second).hold, `${second}`).to.equal(true);
    }
    expect(look(heartbeat, 15_600)).to.deep.equal({ behind: true, hold: false });
  });

  it("does not count the hours in which nobody looked", () => {
    const heartbeat = after(200, [1]);
    expect(look(heartbeat, 1_000).hold).to.equal(true);
    expect(look(heartbeat, 12_000).hold).to.equal(true);
  });

  it("has a look that was not noted change nothing", () => {
    const heartbeat = after(10, [5]);
    expect(heartbeat.look(seconds(620)).hold).to.equal(true);
    heartbeat.recorded([300_000], seconds(400));
    expect(look(heartbeat, 625).hold).to.equal(false);
  });
});
