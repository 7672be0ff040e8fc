import { expect } from "chai";
import { isLockTimeout, isTransient } from "../../../../functions/database";

describe("isTransient", () => {
  const error = (code: string | undefined, message = "x") =>
    Object.assign(new Error(message), code === undefined ? {} : { code });

  it("knows what passes from what does not", () => {
    for (const code of ["40P01", "40001", "55P03", "57P01", "57P03", "25006", "08006"]) {
      expect(isTransient(error(code)), code).to.equal(true);
    }
    for (const code of ["23505", "42601", "42501", "22P02", "28P01"]) {
      expect(isTransient(error(code)), code).to.equal(false);
    }
    expect(isTransient(error("ECONNREFUSED"))).to.equal(true);
    expect(isTransient(error(undefined, "Connection terminated unexpectedly"))).to.equal(true);
    expect(isTransient(error(undefined, "Query read timeout"))).to.equal(true);
    expect(isTransient(new Error("outer", { cause: error("ECONNRESET") }))).to.equal(true);
    expect(isTransient(new AggregateError([error("ECONNREFUSED")]))).to.equal(true);
    expect(isTransient("text")).to.equal(false);
    expect(isLockTimeout(error("55P03"))).to.equal(true);
    expect(isLockTimeout(error("40P01"))).to.equal(false);
  });
});
