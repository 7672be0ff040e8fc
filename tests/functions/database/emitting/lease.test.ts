import { randomUUID } from "node:crypto";
import { expect } from "chai";
import {
  isEmitterAwake,
  pollLease,
  releaseLease,
  renewLease,
  retakeLease,
  wantLease,
} from "../../../../functions/database";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

describe("lease", () => {
  let test: TestDatabase;
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()] as const;
  const at = (second: number) =>
    test.setClock(`timestamptz '2026-11-23 10:00:00Z' + interval '${second} s'`);
  beforeEach(async () => {
    test = await testDatabase();
    await at(0);
  });
  afterEach(() => test.drop());

  it("goes to whoever asks first", async () => {
    expect(await isEmitterAwake(test.db)).to.equal(false);
    expect(await wantLease(test.db, first)).to.equal("held");
    expect(await isEmitterAwake(test.db)).to.equal(true);
    expect(await wantLease(test.db, first)).to.equal("held");
  });

  it("is held by one of many that ask at once", async () => {
    const states = await Promise.all(
      Array.from({ length: 20 }, () => wantLease(test.connect(), randomUUID())),
    );
    expect(states.filter((state) => state === "held")).to.have.lengthOf(1);
    expect(states.filter((state) => state === "waiting")).to.have.lengthOf(19);
  });

  it("is handed to the run that wants it, at the next look", async () => {
    await wantLease(test.db, first);
    expect(await renewLease(test.db, first)).to.equal(true);

    expect(await wantLease(test.db, second)).to.equal("waiting");
    expect(await pollLease(test.db, second)).to.equal("waiting");
    expect(await renewLease(test.db, first)).to.equal(false);
    expect(await isEmitterAwake(test.db)).to.equal(true);
    expect(await pollLease(test.db, second)).to.equal("held");
    expect(await renewLease(test.db, second)).to.equal(true);
    expect(await renewLease(test.db, first)).to.equal(false);
  });

  it("is taken again without a wish that nobody waits for", async () => {
    await wantLease(test.db, first);
    await releaseLease(test.db, first);
    expect(await retakeLease(test.db, first)).to.equal(true);
    await releaseLease(test.db, first);
    await wantLease(test.db, second);

    expect(await retakeLease(test.db, first)).to.equal(false);
    expect(await renewLease(test.db, second)).to.equal(true);
  });

  it("is not handed to a run that does not want it any more", async () => {
    await wantLease(test.db, first);
    await wantLease(test.db, second);
    await releaseLease(test.db, second);

    expect(await renewLease(test.db, first)).to.equal(true);
    await wantLease(test.db, third);
    await releaseLease(test.db, second); // not its own wish
    expect(await renewLease(test.db, first)).to.equal(false);
    expect(await pollLease(test.db, third)).to.equal("held");
  });

  it("goes to the newest of those that want it", async () => {
    await wantLease(test.db, first);
    await wantLease(test.db, second);
    expect(await wantLease(test.db, third)).to.equal("waiting");
    expect(await pollLease(test.db, second)).to.equal("superseded");
    expect(await renewLease(test.db, first)).to.equal(false);
    expect(await pollLease(test.db, second)).to.equal("superseded");
    expect(await pollLease(test.db, third)).to.equal("held");
  });

  it("is not handed to a run that stopped asking", async () => {
    await wantLease(test.db, first);
    await wantLease(test.db, second);
    await at(4);
    expect(await renewLease(test.db, first)).to.equal(true);
  });

  it("runs out after ten seconds", async () => {
    await wantLease(test.db, first);
    await wantLease(test.db, second);
    await at(10);
    expect(await pollLease(test.db, second)).to.equal("waiting");
    await at(10.1);
    expect(await isEmitterAwake(test.db)).to.equal(false);
    expect(await pollLease(test.db, second)).to.equal("held");
    expect(await renewLease(test.db, first)).to.equal(false);
  });

  it("is kept by a late owner when nobody took it", async () => {
    await wantLease(test.db, first);
    await at(60);
    expect(await renewLease(test.db, first)).to.equal(true);
    expect(await isEmitterAwake(test.db)).to.equal(true);
  });

  it("is given back only by its owner", async () => {
    await wantLease(test.db, first);
    await releaseLease(test.db, second);
    expect(await isEmitterAwake(test.db)).to.equal(true);
    await releaseLease(test.db, first);
    expect(await isEmitterAwake(test.db)).to.equal(false);
    expect(await renewLease(test.db, first)).to.equal(false);
    expect(await wantLease(test.db, second)).to.equal("held");
  });
});
