import { expect } from "chai";
import { LocalQueue } from "../../local/queue/queue";
import { DeadLetters } from "../../start/page/dead-letters";
import { MetricSums } from "../../start/page/metric-sums";

describe("the page's reading of log lines", () => {
  // A process that is killed has written as far as it got; what it prints may be no JSON at all.
  const halves = (line: string) => Array.from(line, (_, i) => line.slice(0, i));
  const others = ['"_aws" "message rejected"', '["_aws","message rejected"]'];

  it("adds up metrics, and takes no notice of half a line", () => {
    const metrics = new MetricSums();
    const line = JSON.stringify({ _aws: {}, ObjectEventsStored: 3, OpenPrefixes: 2 });
    for (const text of [line, ...halves(line), ...others, line]) metrics.add(text);

    expect(metrics.get("ObjectEventsStored")).to.equal(6);
    expect(metrics.get("OpenPrefixes")).to.equal(2);
  });

  it("remembers why a message was rejected, and takes no notice of half a line", () => {
    const letters = new DeadLetters();
    const fields = { messageId: "m1", reason: "malformed", detail: "key\u2028" };
    const line = JSON.stringify({ message: "message rejected", ...fields });
    for (const text of [line, ...halves(line), ...others]) letters.add(text);

    const spec = { arn: "arn:q", url: "url", visibilitySeconds: 1, retentionSeconds: 100 };
    const queue = new LocalQueue(spec, () => undefined);
    queue.send("body", 5, "m1");
    expect(letters.list(new Map([["dead", queue]]))).to.deep.equal([
      {
        id: "m1",
        queue: "dead",
        isDead: true,
        sentAt: 5,
        body: "body",
        reason: "malformed",
        detail: "key\u2028",
      },
    ]);
  });
});
