import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { readRecordedEvents, type RecordedEvent } from "../../local/recorded-events";
import { rejection } from "../support/rejection";

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
      [3, "is not JSON"],
      [4, noEvent],
      [5, noEvent],
      [6, noEvent],
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
