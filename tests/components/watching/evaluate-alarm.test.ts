import { expect } from "chai";
import { evaluateAlarm, stateOf, type AlarmInputs } from "../../support/evaluate-alarm";

const alarm = {
  namespace: "Here",
  metricName: "Things",
  dimensions: { of: "mine" },
  alarmDescription: "",
  alarmActions: [],
  okActions: [],
  statistic: "Maximum",
  period: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 10,
  treatMissingData: "breaching",
} as const satisfies AlarmInputs;

describe("the evaluation of alarms in these tests", () => {
  // "Configuring how CloudWatch alarms treat missing data" has these rows: five periods, the newest
  // last, "0" within the threshold, "X" beyond it, "-" missing; then the state when missing is breaching,
  // and when it is not.
  const rows = [
    [3, "0 - X - X", "OK", "OK"],
    [3, "0 - - - -", "OK", "OK"],
    [3, "- - - - -", "ALARM", "OK"],
    [3, "0 X X - X", "ALARM", "ALARM"],
    [3, "- - X - -", "ALARM", "OK"],
    [2, "0 - X - X", "ALARM", "ALARM"],
    [2, "0 0 X 0 X", "ALARM", "ALARM"],
    [2, "0 - X - -", "ALARM", "OK"],
    [2, "- - - - 0", "ALARM", "OK"],
    [2, "- - - X -", "ALARM", "OK"],
  ] as const;
  for (const [datapointsToAlarm, periods, breaching, notBreaching] of rows) {
    it(`is CloudWatch's for ${periods}, ${datapointsToAlarm} of 3`, () => {
      const meaning: Record<string, number | undefined> = { "0": 1, X: 11 };
      const values = periods.split(" ").map((one) => meaning[one]);
      const state = (treatMissingData: AlarmInputs["treatMissingData"]) =>
        stateOf({ ...alarm, datapointsToAlarm, treatMissingData }, values);
      expect([state("breaching"), state("notBreaching")]).to.deep.equal([breaching, notBreaching]);
    });
  }

  const statistics = [
    ["Maximum", 6],
    ["Minimum", 1],
    ["Average", 3],
    ["Sum", 9],
    ["p50", 2],
    ["p99", 6],
  ] as const;
  for (const [statistic, value] of statistics) {
    it(`knows the statistic ${statistic}`, () => {
      const points = [2, 6, 1].map((one) => ({
        namespace: "Here",
        metric: "Things",
        dimensions: { of: "mine" },
        at: one,
        value: one,
      }));
      const one = { ...alarm, statistic, evaluationPeriods: 1, datapointsToAlarm: 1 };
      const stateAbove = (threshold: number) =>
        evaluateAlarm({ ...one, threshold }, points, [60, 60]).map(({ state }) => state);
      expect(stateAbove(value - 0.5)).to.deep.equal(["ALARM"]);
      expect(stateAbove(value)).to.deep.equal(["OK"]);
    });
  }

  it("takes only the metric's own values, and looks every minute", () => {
    const point = (change: object) => ({
      namespace: "Here",
      metric: "Things",
      dimensions: { of: "mine" },
      at: 130,
      value: 11,
      ...change,
    });
    const one = { ...alarm, evaluationPeriods: 1, datapointsToAlarm: 1, period: 120 };
    const notBreaching = { ...one, treatMissingData: "notBreaching" } as const;
    // Three periods are looked at: the value is in the oldest of them until the second 480.
    expect(evaluateAlarm(notBreaching, [point({})], [60, 600])).to.deep.equal([
      { at: 60, state: "OK" },
      { at: 180, state: "ALARM" },
      { at: 540, state: "OK" },
    ]);
    const others = [
      { namespace: "There" },
      { metric: "Thing" },
      { dimensions: { of: "yours" } },
      { dimensions: {} },
      { dimensions: { of: "mine", and: "yours" } },
    ].map(point);
    expect(evaluateAlarm(notBreaching, others, [60, 600])).to.deep.equal([{ at: 60, state: "OK" }]);
  });
});
