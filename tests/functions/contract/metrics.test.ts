import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { embeddedMetrics, metrics, type Metric } from "../../../functions/contract";

const root = path.resolve(__dirname, "../../..");

describe("metrics", () => {
  it("are carried by a line in CloudWatch's embedded format", () => {
    const values = { ObjectEventsStored: 3, AnnouncementLateness: [0.5, 1] };
    expect(embeddedMetrics("lab", values, 1764000000000)).to.deep.equal([
      {
        _aws: {
          Timestamp: 1764000000000,
          CloudWatchMetrics: [
            {
              Namespace: "EDPMonitor",
              Dimensions: [["bucket"]],
              Metrics: [
                { Name: "ObjectEventsStored", Unit: "Count" },
                { Name: "AnnouncementLateness", Unit: "Seconds" },
              ],
            },
          ],
        },
        bucket: "lab",
        ObjectEventsStored: 3,
        AnnouncementLateness: [0.5, 1],
      },
    ]);
  });

  it("take another line for more than a hundred values", () => {
    const lateness = Array.from({ length: 250 }, (_, i) => i);
    const lines = embeddedMetrics(
      "lab",
      { BatchesPublished: 250, AnnouncementLateness: lateness },
      0,
    );
    expect(lines.map((line) => line["BatchesPublished"])).to.deep.equal([
      250,
      undefined,
      undefined,
    ]);
    expect(lines.map((line) => (line["AnnouncementLateness"] as number[]).length)).to.deep.equal([
      100, 100, 50,
    ]);
    expect(lines.flatMap((line) => line["AnnouncementLateness"])).to.deep.equal(lateness);
  });

  it("leave out what has no value", () => {
    expect(embeddedMetrics("lab", { AnnouncementLateness: [] }, 0)).to.deep.equal([]);
    const [line] = embeddedMetrics("lab", { AnnouncementLateness: [], FailedEntries: 0 }, 0);
    expect(line).to.include({ FailedEntries: 0 }).and.not.to.have.property("AnnouncementLateness");
  });

  it("are those of the documentation, with unit and meaning", () => {
    const page = fs.readFileSync(path.join(root, "docs/observability.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (Count|Seconds) +\| (\w+) +\| (.*?) +\|$/gm)];
    expect(
      Object.fromEntries(
        rows.map(([, name, unit, from, meaning]) => [name, { unit, from, meaning }]),
      ),
    ).to.deep.equal(metrics);
  });

  it("are each written by the Lambda that the table says", () => {
    const code = {
      ingest: fs.readFileSync(path.join(root, "functions/ingest/log-receipt.ts"), "utf8"),
      emitter: fs.readFileSync(path.join(root, "functions/emitter/meter.ts"), "utf8"),
    };
    for (const [name, { from }] of Object.entries<Metric>(metrics)) {
      for (const lambda of ["ingest", "emitter"] as const) {
        expect(code[lambda].includes(`${name}:`), `${name} in ${lambda}`).to.equal(
          [lambda, "both"].includes(from),
        );
      }
    }
  });
});
