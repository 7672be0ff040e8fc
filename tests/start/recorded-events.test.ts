import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { readRecordedEvents } from "../../start/recorded/read";
import type { RecordedEvent } from "../../start/recorded/unwrap";
import { busEvent, EventBus, Rule, type BusEvent } from "../../local/events/bus";
import { nested, nestedObjects } from "../support/hostile-json";
import { rejection } from "../../support/rejection";

describe("recorded events", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-events-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("are handed on in order; lines that are none are named and skipped", async () => {
    const file = path.join(folder, "events.jsonl");
    const event = (n: number) => ({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { n },
    });
    const lines = [
      JSON.stringify(event(1)),
      "",
      "{not json",
      "[1]",
      "null",
      '{"source":"aws.s3","detail":{}}',
      `${JSON.stringify(event(2))}\r`,
    ];
    fs.writeFileSync(file, lines.join("\n"));
    const events: RecordedEvent[] = [];
    const wrong: [number, string][] = [];

    const count = await readRecordedEvents(
      file,
      (one) => events.push(one),
      (line, problem) => wrong.push([line, problem]),
    );

    expect(count).to.equal(2);
    expect(events).to.deep.equal([event(1), event(2)]);
    const noEvent = "is no event: it needs source, detail-type and detail";
    expect(wrong).to.deep.equal([
      [3, "is not JSON: an object begins that does not end"],
      [4, noEvent],
      [5, noEvent],
      [6, noEvent],
    ]);
  });

  it("are put on the bus one by one: what cannot be is named, and its neighbours are not", async () => {
    const arrived: string[] = [];
    const bus = new EventBus("default", "arn:bus");
    const rule = new Rule("all", "arn:rule", { eventPattern: '{"source":["aws.s3"]}' });
    rule.addTarget({
      arn: "arn:target",
      deliver: (body) => {
        const { detail } = JSON.parse(body) as BusEvent & { detail: { key: string } };
        if (detail.key === "refused") throw new Error("out of order");
        return arrived.push(detail.key) > 0;
      },
    });
    bus.addRule(rule);
    const line = (detail: string) =>
      `{"source":"aws.s3","detail-type":"Object Created","detail":${detail}}`;
    const keys = ["first", "of two\u2028lines\u2029or three", "last"];
    const [first, second, last] = keys.map((key) => line(JSON.stringify({ key })));
    const file = path.join(folder, "hostile.jsonl");
    const bad = [nested(5_000), nestedObjects(100_000), '{"key":"refused"}'].map(line);
    fs.writeFileSync(file, [first, bad[0], second, bad[1], bad[2], last].join("\n"));
    const wrong: [number, string][] = [];

    const count = await readRecordedEvents(
      file,
      (event) => bus.put(busEvent(event, { account: "1", region: "r" })),
      (number, problem) => wrong.push([number, problem]),
    );

    expect(count).to.equal(3);
    expect(arrived).to.deep.equal(keys);
    const tooDeep = "cannot be put on the bus (RangeError: Maximum call stack size exceeded)";
    expect(wrong).to.deep.equal([
      [2, tooDeep],
      [4, tooDeep],
      [5, "cannot be put on the bus (Error: out of order)"],
    ]);
  });

  it("reject when there is no such file", async () => {
    const nothing = () => undefined;
    const file = path.join(folder, "missing.jsonl");

    expect(await rejection(readRecordedEvents(file, nothing, nothing))).to.equal(
      `ENOENT: no such file or directory, open '${file}'`,
    );
  });
});
