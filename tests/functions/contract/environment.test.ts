import { expect } from "chai";
import {
  databaseAccessFromEnvironment,
  databaseAccessToEnvironment,
  environmentOf,
  heartbeatTimingFromEnvironment,
  heartbeatTimingToEnvironment,
  runtimeSettingsFromEnvironment,
  runtimeSettingsToEnvironment,
} from "../../../functions/contract";

describe("environment", () => {
  it("carries what the components set to the Lambdas and back", () => {
    const settings = {
      bucket: "lab",
      prefixDepth: 0,
      thresholds: { eventCount: 20, durationSeconds: 300, maxAgeSeconds: 3600 },
      retentionDays: 30,
    };
    const unbounded = { ...settings, thresholds: { eventCount: 1, durationSeconds: 1 } };
    const access = { host: "db.example", port: 5432, database: "edp", user: "edp_runtime" };

    for (const one of [settings, unbounded]) {
      const sent = runtimeSettingsToEnvironment({ ...one, ignorePrefixes: "raw/*" });
      const { ignorePatterns, ...read } = runtimeSettingsFromEnvironment(environmentOf(sent));
      expect(read).to.deep.equal(one);
      expect(["raw/a", "a"].map((key) => ignorePatterns.ignores(key))).to.deep.equal([true, false]);
    }
    expect(
      databaseAccessFromEnvironment(environmentOf(databaseAccessToEnvironment(access))),
    ).to.deep.equal(access);
    expect(
      heartbeatTimingFromEnvironment(environmentOf(heartbeatTimingToEnvironment())),
    ).to.deep.equal({
      periodSeconds: 60,
      missingAfterSeconds: 150,
      holdAfterTroubleSeconds: 115,
      holdLimitSeconds: 3600,
    });
  });

  it("fails by name", () => {
    const environment = environmentOf({ EMPTY: "", ZERO: "0", WORD: "many", HALF: "1.5" });
    const advice = "set it where the function is deployed";
    expect(() => environment.string("HOST")).to.throw(
      `environment variable HOST is missing: ${advice}`,
    );
    expect(() => environment.string("EMPTY")).to.throw(
      `environment variable EMPTY is missing: ${advice}`,
    );
    expect(environment.text("EMPTY")).to.equal("");
    for (const name of ["EMPTY", "ZERO", "WORD"]) {
      expect(() => environment.number(name), name).to.throw(
        new RegExp(
          `^environment variable ${name} is ".*", allowed is a number above 0: ${advice}$`,
        ),
      );
    }
    expect(environment.number("HALF")).to.equal(1.5);
    expect(() => environment.wholeNumber("HALF")).to.throw(
      `environment variable HALF is "1.5", allowed is a whole number from 0: ${advice}`,
    );
    expect(environment.wholeNumber("ZERO")).to.equal(0);
    expect(environment.optionalNumber("HOST")).to.equal(undefined);
    expect(() => environment.optionalNumber("ZERO")).to.throw("ZERO");
  });
});
