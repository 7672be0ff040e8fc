// One story through the whole stack, as it runs on a laptop: the real program, the built bundles, the
// real database, with the queues, rules and schedules that the program asks for.
import { expect } from "chai";
import { metrics, type Metric } from "../functions/contract";
import { startTestStack, type TestStack } from "../support/local-stack";
import { nested, withField, zeros } from "./support/hostile-json";
import { beat, s3Event } from "./support/object-events";
import { withTries } from "./support/queues";
import { waitFor } from "../support/wait-for";

const objectQueue = "edp-monitor-object-events";
const bucket = "edp-monitor-dev";

describe("flow", function () {
  this.timeout(60_000); // a stack, or a process, starts
  let test: TestStack;
  before(async () => {
    test = await startTestStack(
      {
        bucketThresholdEventCount: "5",
        bucketThresholdDuration: "3",
        bucketIgnorePrefixes: "scratch/*, *.tmp",
      },
      {
        // In this test messages come back after three seconds, and are given up after three tries.
        transform: (type, name, inputs) => {
          if (type === "aws:lambda/eventSourceMapping:EventSourceMapping") {
            return { ...inputs, maximumBatchingWindowInSeconds: 0.3 };
          }
          if (type !== "aws:sqs/queue:Queue" || name !== objectQueue) return inputs;
          return { ...withTries(3, inputs), visibilityTimeoutSeconds: 3 };
        },
      },
    );
  });
  after(() => test.stop());

  const keys = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}file-${i}.txt`);
  const queue = () => test.stack.queue(objectQueue);

  it("announces a batch by its count", async () => {
    test.upload(...keys("counted/run-1/", 5));
    const { detail, ...envelope } = await test.announcement("counted/run-1/");

    expect(envelope).to.deep.include({
      source: "com.quiltdata.edp",
      "detail-type": "package-objects-ready",
      resources: [`arn:aws:s3:::${bucket}`],
    });
    expect(detail).to.deep.include({
      bucket,
      sequence: 1,
      trigger: "event-count",
      held: false,
      fileCount: 5,
      eventCount: 5,
      totalBytes: 5 * "counted/run-1/file-0.txt".length,
    });
  });

  it("announces a batch when its prefix has gone quiet, and not earlier", async () => {
    const uploadedAt = Date.now();
    test.upload("quiet/run-1/a.txt", "quiet/run-1/deeper/b.txt");
    const { detail, at } = await test.announcement("quiet/run-1/");

    expect(detail).to.include({ trigger: "duration", fileCount: 2 });
    expect(at - uploadedAt).to.be.at.least(3_000);
  });

  it("counts a second copy of an event not at all, and an overwrite as an event of the same file", async () => {
    const event = s3Event({ bucket, key: "twice/run-1/a.txt", sequencer: "00AA" });
    const overwritten = s3Event({ bucket, key: "twice/run-1/a.txt", sequencer: "00AB" });
    for (const one of [event, event, overwritten]) queue().send(JSON.stringify(one));
    queue().send(JSON.stringify({ ...event, id: "another delivery" }));

    expect((await test.announcement("twice/run-1/")).detail).to.include({
      eventCount: 2,
      fileCount: 1,
    });
  });

  it("leaves ignored keys out: at the rule, and what the rule cannot know in ingest", async () => {
    test.upload("scratch/run-1/a.txt", ".quilt/packages/x", "ignored/run-1/b.tmp");
    test.upload("ignored/run-1/c.txt");
    expect((await test.announcement("ignored/run-1/")).detail).to.include({ fileCount: 1 });
    expect(
      test.announced.filter(({ detail }) => /scratch|quilt/.test(detail.prefix)),
    ).to.deep.equal([]);
    const ingested = test.logs.filter(({ text }) => /"ignored":[1-9]/.test(text));
    expect(ingested).to.have.lengthOf.above(0);
  });

  it("sends what cannot be processed to the dead letters, alone", async () => {
    const bad = {
      text: "not json",
      other: JSON.stringify(s3Event({ bucket: "other-bucket" })),
      deleted: JSON.stringify(s3Event({ bucket, detailType: "Object Deleted" })),
      old: JSON.stringify(s3Event({ bucket, time: "2020-01-01T00:00:00Z" })),
      nul: JSON.stringify(s3Event({ bucket, key: "a/\0/b" })),
      deep: `{"source":${nested(5_000)}}`,
      zeros: withField(["detail", "object", "sequencer"], zeros(500_000), s3Event({ bucket })),
    };
    Object.values(bad).forEach((body) => queue().send(body));
    test.upload("good/run-1/a.txt", "good/run-1/b.txt");

    expect((await test.announcement("good/run-1/")).detail).to.include({ fileCount: 2 });
    const deadLetters = test.stack.queue("edp-monitor-object-events-dead-letters");
    await waitFor("seven dead letters", () => deadLetters.size === 7);
    expect(deadLetters.bodies()).to.have.members(Object.values(bad));
    const line = test.logs.find(({ text }) => text.includes('"prefixNames":["good/run-1/"]'));
    expect(line?.text, "a line that names the prefix").to.include('"message":"ingested"');
    const reasons = test.logs.flatMap(
      ({ text }) => /"reason":"([\w-]+)","detail/.exec(text)?.[1] ?? [],
    );
    expect(reasons).to.have.members([
      "not-json",
      "other-bucket",
      "not-an-object-event",
      "too-old",
      "nul-in-prefix",
      "not-an-object-event",
      "malformed",
    ]);
  });

  it("announces keys of all shapes", async () => {
    test.upload(
      "with space/plus+%20/a b.txt",
      `quo"te/it's/x`,
      "emoji 🧬/日本語/x",
      "root.txt",
      `${"d".repeat(500)}/${"e".repeat(500)}/x`,
    );
    for (const prefix of [
      "with space/plus+%20/",
      `quo"te/it's/`,
      "emoji 🧬/日本語/",
      "",
      `${"d".repeat(500)}/${"e".repeat(500)}/`,
    ]) {
      expect((await test.announcement(prefix)).detail.fileCount, prefix).to.equal(1);
    }
  });

  it("records the heartbeat that its schedule sends", async () => {
    const beats = () => test.stack.database.query("select from edp.heartbeat", [], "edp");
    await waitFor("a beat", async () => (await beats()).length > 0);
    queue().send(JSON.stringify(beat(new Date(Date.now() + 60_000).toISOString())));
    await waitFor("the next", async () => (await beats()).length > 1);
  });

  it("tries the failed entries of PutEvents again, and the others not", async () => {
    const sent: string[][] = [];
    test.stack.endpoint.fault = ({ entries }) => {
      const prefixes = entries.flatMap(({ DetailType, Detail }) =>
        DetailType === "package-objects-ready"
          ? [(JSON.parse(Detail!) as { prefix: string }).prefix]
          : [],
      );
      if (prefixes.length === 0) return undefined;
      sent.push(prefixes);
      return prefixes.length === 10 ? { failEntries: [1, 4, 7] } : undefined;
    };
    try {
      const prefixes = Array.from({ length: 10 }, (_, i) => `failing/run-${i}/`);
      test.upload(...prefixes.flatMap((prefix) => keys(prefix, 5)));
      for (const prefix of prefixes) await test.announcement(prefix);

      const all = sent.flat();
      const [first, ...others] = sent;
      if (first!.length === 10) {
        expect(others.flat()).to.have.members([1, 4, 7].map((i) => first![i]));
      }
      expect(new Set(all).size).to.equal(10);
      expect(
        test.announced.filter(({ detail }) => prefixes.includes(detail.prefix)),
      ).to.have.lengthOf(10);
    } finally {
      test.stack.endpoint.fault = () => undefined;
    }
  });

  it("announces the same batch again when the emitter is killed before it noted that", async () => {
    const emitter = test.stack.lambda("edp-monitor-emitter");
    let killed = false;
    test.stack.endpoint.fault = ({ entries }) => {
      if (killed || !entries.some(({ Detail = "" }) => Detail.includes("killed/run-1/"))) {
        return undefined;
      }
      killed = true;
      setImmediate(() => emitter.kill());
      return { loseAnswer: true };
    };
    try {
      test.upload(...keys("killed/run-1/", 5));
      const first = await test.announcement("killed/run-1/");
      // Its lease runs out after ten seconds; a schedule would start the next, here ingest wakes one.
      const copies = () => test.announced.filter(({ detail }) => detail.prefix === "killed/run-1/");
      let i = 0;
      await waitFor("the second copy", async () => {
        if (i++ % 100 === 0) await emitter.invoke({}).catch(() => undefined);
        return copies().length > 1;
      });
      expect(killed).to.equal(true);
      expect(copies()[1]!.detail).to.deep.equal(first.detail);
      const rows = await test.stack.database.query(
        "select count(*)::int as batches from edp.outbox where prefix = 'killed/run-1/'",
        [],
        "edp",
      );
      expect(rows).to.deep.equal([{ batches: 1 }]);
    } finally {
      test.stack.endpoint.fault = () => undefined;
    }
  });

  it("writes every metric of the table, from the Lambda that it names", async () => {
    const written = (lambda: string) =>
      test.logs
        .filter(({ from, text }) => from === `edp-monitor-${lambda}` && text.includes('"_aws"'))
        .flatMap(({ text }) => {
          const { _aws, bucket: of } = JSON.parse(text) as {
            _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
            bucket: string;
          };
          expect(of).to.equal(bucket);
          return _aws.CloudWatchMetrics[0]!.Metrics.map(({ Name }) => Name);
        });
    for (const lambda of ["ingest", "emitter"]) {
      const names = Object.entries<Metric>(metrics)
        .filter(([, { from }]) => [lambda, "both"].includes(from))
        .map(([name]) => name);
      await waitFor(`${names.join(", ")} of ${lambda}`, () =>
        names.every((name) => written(lambda).includes(name)),
      );
      expect([...new Set(written(lambda))].sort()).to.deep.equal(names.sort());
    }
  });
});
