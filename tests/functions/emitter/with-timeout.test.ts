import { expect } from "chai";
import { setImmediate as turn } from "node:timers/promises";
import { withTimeout } from "../../../functions/emitter/with-timeout";
import { rejection } from "../../../support/rejection";

describe("withTimeout", () => {
  let late: number;
  beforeEach(() => (late = 0));
  const count = () => {
    late++;
  };

  it("gives what comes in time, or why nothing came", async () => {
    expect(await withTimeout(60_000, Promise.resolve(7), count)).to.equal(7);
    expect(await rejection(withTimeout(60_000, Promise.reject(new Error("gone")), count))).to.equal(
      "gone",
    );
    await turn();
    expect(late).to.equal(0);
  });

  it("gives up on what is late, once, and does not mind how that ends", async () => {
    const work = Promise.withResolvers<number>();
    expect(await withTimeout(1, work.promise, count)).to.equal(undefined);
    work.reject(new Error("too late"));
    await turn();
    expect(late).to.equal(1);
    expect(await withTimeout(-5, new Promise(() => undefined), count)).to.equal(undefined);
  });
});
