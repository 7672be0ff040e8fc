import { expect } from "chai";
import type { PutEventsFault } from "../../local/events/put-events";
import type { TestStack } from "../../support/local-stack";
import { waitFor } from "../../support/wait-for";
import type { Load } from "./load";
import { patienceMs, startFastStack, underLoad } from "./under-load";

describe("faults of PutEvents", () => {
  let test: TestStack;
  before(async () => {
    test = await startFastStack();
  });
  after(() => test.stop());
  afterEach(() => {
    test.stack.endpoint.fault = () => undefined;
  });

  /** Has every call fail, wake events' too, until batches of the load have failed twice, or more. */
  async function failing(load: Load, fault: PutEventsFault, error: string): Promise<void> {
    test.stack.endpoint.fault = () => fault;
    await waitFor(
      "batches that failed twice",
      async () => {
        const [row] = await test.stack.database.query(
          `select count(*)::int as failed from edp.outbox
           where starts_with(prefix, $1) and attempts >= 2 and starts_with(last_error, $2)`,
          [load.root, error],
          "edp",
        );
        return Number(row!["failed"]) > 0;
      },
      patienceMs,
    );
    test.stack.endpoint.fault = () => undefined;
  }

  const failures: [what: string, fault: PutEventsFault, error: string][] = [
    [
      "refuses calls with a 400",
      { failCall: { status: 400, type: "ValidationException" } },
      "ValidationException",
    ],
    [
      "fails with a 500",
      { failCall: { status: 500, type: "InternalException" } },
      "InternalException",
    ],
    [
      "throttles",
      { failCall: { status: 400, type: "ThrottlingException" } },
      "ThrottlingException",
    ],
    ["fails single entries", { failEntries: [0, 3] }, "ThrottlingException"],
  ];
  for (const [what, fault, error] of failures) {
    it(`announces every batch when PutEvents ${what}`, async () => {
      await underLoad(test, what.replaceAll(" ", "-"), (load) => failing(load, fault, error));
    });
  }

  it("announces every batch when PutEvents loses its answers, copies under the same name", async () => {
    await underLoad(test, "answers-lost", async (load) => {
      await failing(load, { loseAnswer: true }, "");
      expect(secondCopies(load)).to.be.above(0);
    });
  });

  it("announces every batch when PutEvents hangs for longer than the emitter waits", async () => {
    await underLoad(test, "hanging", async (load) => {
      await failing(load, { delayMs: 6_000 }, "AbortError");
      // A call that was given up acts all the same.
      await waitFor("second copies", () => secondCopies(load) > 0, patienceMs);
    });
  });

  const secondCopies = ({ root }: Load) => {
    const ids = test.announced
      .filter(({ detail }) => detail.prefix.startsWith(root))
      .map(({ detail }) => detail.batchId);
    return ids.length - new Set(ids).size;
  };
});
