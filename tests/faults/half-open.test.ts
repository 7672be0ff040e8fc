import { expect } from "chai";
import type { TestStack } from "../../support/local-stack";
import { waitFor } from "../../support/wait-for";
import { HalfOpenProxy } from "./half-open-proxy";
import { emitter, ingest, patienceMs, startFastStack, underLoad } from "./under-load";

describe("faults of the network", () => {
  let test: TestStack | undefined;
  const proxy = new HalfOpenProxy(() => test?.stack.database.port);
  before(async () => {
    const port = String(await proxy.start());
    test = await startFastStack((type, name, inputs) => {
      if (type !== "aws:lambda/function:Function" || ![ingest, emitter].includes(name)) {
        return inputs;
      }
      const { variables } = inputs["environment"] as { variables: Record<string, string> };
      return { ...inputs, environment: { variables: { ...variables, DATABASE_PORT: port } } };
    });
  });
  after(async () => {
    await test?.stop();
    await proxy.stop();
  });

  it("counts every object event once when connections to PostgreSQL go half-open", async () => {
    const { logs } = test!;
    await underLoad(test!, "half-open", async () => {
      const start = logs.length;
      const said = (lambda: string, pattern: RegExp) =>
        logs.slice(start).some(({ from, text }) => from === lambda && pattern.test(text));
      proxy.freeze();
      await waitFor(
        "both Lambdas to notice",
        () =>
          said(ingest, /database failed.*Query read timeout/) &&
          said(emitter, /timeout/) &&
          proxy.frozen.made > 0,
        patienceMs,
      );
      proxy.thaw();
    });

    expect(proxy.frozen.open).to.be.at.least(2); // ingest's and the emitter's
  });
});
