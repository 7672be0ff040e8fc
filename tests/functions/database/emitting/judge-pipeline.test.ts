import { expect } from "chai";
import {
  judgePipeline,
  type PipelineSeen,
} from "../../../../functions/database/emitting/judge-pipeline";

const timing = {
  periodSeconds: 60,
  missingAfterSeconds: 150,
  holdAfterTroubleSeconds: 115,
  holdLimitSeconds: 3600,
};
const beatsAt = (...times: number[]) => times.map((sentAt) => ({ sentAt, recordedAt: sentAt + 2 }));
const judge = (seen: Partial<PipelineSeen>) =>
  judgePipeline(
    {
      now: 1000,
      beats: beatsAt(940),
      isRestarted: false,
      observedAt: 999,
      holdUntil: null,
      heldSeconds: 0,
      ...seen,
    },
    timing,
  );

describe("judgePipeline", () => {
  it("is behind, and forgets nothing, as long as there are no beats", () => {
    expect(judge({ beats: [], observedAt: null })).to.deep.equal({
      state: { behind: true, hold: true, heldSeconds: 0, heartbeatAgeSeconds: null },
      holdUntil: null,
      forgotten: [],
    });
  });

  it("holds for 115 s from the moment of a restart, of a late beat, of a missing one", () => {
    expect(judge({ isRestarted: true }).holdUntil).to.equal(1115);
    const late = [{ sentAt: 840, recordedAt: 990.5 }, ...beatsAt(900, 960)];
    expect(judge({ beats: late })).to.deep.include({ holdUntil: 1105.5, forgotten: [840, 900] });
    expect(judge({ beats: [{ ...late[0]!, recordedAt: 990 }, ...beatsAt(900, 960)] }).holdUntil)
      .to // in time
      .equal(null);
    expect(judge({ beats: beatsAt(789) }).holdUntil).to.equal(1115);
    expect(judge({ beats: beatsAt(790) }).holdUntil).to.equal(null);
  });

  it("never holds for a shorter time than was said before", () => {
    expect(judge({ holdUntil: 1001 }).state.hold).to.equal(true);
    expect(judge({ holdUntil: 1000 }).state.hold).to.equal(false);
    expect(judge({ holdUntil: 5000, isRestarted: true }).holdUntil).to.equal(5000);
  });

  it("counts ten seconds of a pause at the most, and none of a clock that was set back", () => {
    const held = (observedAt: number | null) =>
      judge({ holdUntil: 2000, heldSeconds: 7, observedAt }).state.heldSeconds;
    expect([998.5, 990, 1, 1001, null].map(held)).to.deep.equal([8.5, 17, 17, 7, 7]);
  });

  it("lets go at the limit, and gives up what is missing then", () => {
    const seen = { beats: beatsAt(700, 880, 940), observedAt: 999 };
    expect(judge({ ...seen, heldSeconds: 3598.9 })).to.deep.include({ forgotten: [] });
    const { state, forgotten } = judge({ ...seen, heldSeconds: 3599 });
    expect(state).to.include({ behind: true, hold: false, heldSeconds: 3600 });
    expect(forgotten).to.deep.equal([700, 880]);
  });

  it("judges 1,440 late beats, a day of them, as one", () => {
    const beats = Array.from({ length: 1440 }, (_, minute) => ({
      sentAt: minute * 60,
      recordedAt: 86_400,
    }));
    const { state, holdUntil, forgotten } = judge({ beats, now: 86_401, observedAt: 86_400 });
    expect(state).to.deep.include({ hold: true, heartbeatAgeSeconds: 61 });
    expect(holdUntil).to.equal(86_515);
    expect(forgotten).to.have.length(1439);
  });
});
