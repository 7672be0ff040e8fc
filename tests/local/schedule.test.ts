import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Rule } from "../../local/events/bus";
import { ratePeriod, Schedule } from "../../local/events/schedule";
import { waitFor } from "../../support/wait-for";

const place = { account: "123456789012", region: "eu-west-1" };
const minuteMs = 60_000;

describe("schedules", () => {
  const started: Schedule[] = [];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-schedule-"));
  const memoryFile = path.join(folder, "last");
  afterEach(() => {
    started.splice(0).forEach((schedule) => schedule.stop());
    fs.rmSync(memoryFile, { force: true });
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  function startRule(
    options: { speed: number; memoryFile?: string },
    targetArn = "arn:aws:sqs:eu-west-1:123456789012:objects",
  ): Record<string, unknown>[] {
    const beats: Record<string, unknown>[] = [];
    const rule = new Rule("beat", "arn:rule", { scheduleExpression: "rate(1 minute)" });
    rule.addTarget({
      arn: targetArn,
      deliver: (body) => beats.push(JSON.parse(body) as Record<string, unknown>) > 0,
    });
    const schedule = new Schedule(rule, { place, ...options });
    started.push(schedule);
    schedule.start();
    return beats;
  }
  const timesOf = (beats: Record<string, unknown>[]) =>
    beats.map(({ time }) => Date.parse(String(time)));

  it("read rates, and refuse anything else by name", () => {
    expect(
      ["rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(2 days)"].map(ratePeriod),
    ).to.deep.equal([60, 300, 3600, 172_800]);
    for (const wrong of ["cron(0 * * * ? *)", "rate(0 minutes)", "rate(30 seconds)", ""]) {
      expect(() => ratePeriod(wrong)).to.throw(
        `schedule is ${JSON.stringify(wrong)}, which the local stack does not know: allowed is rate(1 minute) and the like`,
      );
    }
  });

  it("fire immediately, with EventBridge's own event, in whole seconds", () => {
    const before = Math.floor(Date.now() / 1000) * 1000;

    const beats = startRule({ speed: 1 });

    expect(beats).to.have.length(1);
    const { id, time, ...rest } = beats[0]!;
    expect(rest).to.deep.equal({
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "123456789012",
      region: "eu-west-1",
      resources: ["arn:rule"],
      detail: {},
    });
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(String(time))).to.be.within(before, Date.now());
  });

  it("fire once a period, which a fast clock shortens, with times that stay distinct", async () => {
    const speed = 1200; // a period of 50 ms
    const beats = startRule({ speed });
    await waitFor("four beats", () => beats.length >= 4);

    const times = timesOf(beats);
    expect(times.slice(0, 4).map((time) => time - times[0]!)).to.deep.equal([0, 50, 100, 150]);
  });

  it("end", async () => {
    const beats = startRule({ speed: 6000 });
    await waitFor("two beats", () => beats.length >= 2);
    started.pop()!.stop();
    const { length } = beats;
    const others = startRule({ speed: 6000 });
    await waitFor("five beats of another", () => others.length >= 5);

    expect(beats).to.have.length(length);
  });

  it("make up for what an ended run has missed, without a hole", () => {
    const last = Date.now() - 10.5 * minuteMs;
    fs.writeFileSync(memoryFile, String(last));

    const times = timesOf(startRule({ speed: 1, memoryFile }));

    const wholeSeconds = (time: number) => Math.floor(time / 1000) * 1000;
    expect(times).to.deep.equal(
      Array.from({ length: 10 }, (_, beat) => wholeSeconds(last + (beat + 1) * minuteMs)),
    );
    expect(Number(fs.readFileSync(memoryFile, "utf8"))).to.equal(last + 10 * minuteMs);
  });

  it("make up for a day at the most, and go on from a run that has just ended", () => {
    fs.writeFileSync(memoryFile, String(Date.now() - 5 * 1440 * minuteMs - 1_000));
    const beats = startRule({ speed: 1, memoryFile });
    expect(beats.length).to.be.within(1440, 1441);
    expect(timesOf(beats)[0]).to.be.at.least(Date.now() - 1441 * minuteMs);

    expect(startRule({ speed: 1, memoryFile })).to.deep.equal([]);
  });

  it("make up for nothing where a Lambda is the target", () => {
    fs.writeFileSync(memoryFile, String(Date.now() - 60 * minuteMs));
    const lambda = "arn:aws:lambda:eu-west-1:123456789012:function:emitter";

    expect(startRule({ speed: 1, memoryFile }, lambda)).to.have.length(1);
  });

  it("forget a time that makes no sense", () => {
    for (const text of ["", "soon", "-1"]) {
      fs.writeFileSync(memoryFile, text);
      expect(startRule({ speed: 1, memoryFile })).to.have.length(1);
    }
  });

  it("do not wait for the clock to catch up with a time of the future", () => {
    fs.writeFileSync(memoryFile, String(Date.now() + 1440 * minuteMs));

    expect(startRule({ speed: 1, memoryFile })).to.have.length(1);
  });
});
