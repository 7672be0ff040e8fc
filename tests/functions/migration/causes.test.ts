import { expect } from "chai";
import { withCauses } from "../../../functions/migration/causes";

describe("withCauses", () => {
  it("says in one message what happened, and all that it happened for", () => {
    const lock = new Error("canceling statement due to lock timeout");
    const migration = new Error("migration 0002 failed", { cause: lock });
    const error = new Error("a lock was not free", { cause: migration });
    expect(withCauses(error))
      .to.be.an("error")
      .with.property(
        "message",
        "a lock was not free: migration 0002 failed: canceling statement due to lock timeout",
      );
    expect(withCauses("a text").message).to.equal("a text");
  });
});
