import fc from "fast-check";
import { places } from "./messages";
import type { Rules } from "./model";
import type { Fault, FaultKind } from "./process";
import type { Setting } from "./simulation";

/** One thing that the world does to the product. Plain data, so that a history can be read. */
export type Command =
  | {
      readonly do: "put";
      readonly place: number;
      readonly count: number;
      readonly size: number;
      readonly everyMs: number;
    }
  | { readonly do: "overwrite"; readonly which: number; readonly isVersioned: boolean }
  | { readonly do: "deliver again"; readonly which: number; readonly inSeconds: number }
  | { readonly do: "junk"; readonly which: number }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "hold back"; readonly seconds: number }
  | { readonly do: "redrive" }
  | { readonly do: "start emitters"; readonly count: number }
  | { readonly do: "fault"; readonly fault: Fault }
  | { readonly do: "database down"; readonly seconds: number }
  | { readonly do: "no schedule"; readonly seconds: number }
  | { readonly do: "lose beats"; readonly count: number }
  | { readonly do: "configure"; readonly rules: Partial<Rules> }
  | { readonly do: "database's clock jumps"; readonly seconds: number }
  | { readonly do: "days pass"; readonly days: number };

const ignoreLists = [[], ["a/c"], ["*.tmp"], ["a/*", "x*y/*"], ["a*1"]];
const faultKinds: readonly FaultKind[] = [
  "die-before",
  "die-after",
  "linger",
  "fail",
  "lose-answer",
  "40P01",
  "40001",
  "57014",
  "53100",
  "fail-entries",
  "refuse",
  "stall",
  "freeze",
];

const rules: fc.Arbitrary<Rules> = fc.record({
  bucket: fc.constantFrom("bucket-1", "bucket-1", "bucket-1", "bucket-2"),
  depth: fc.integer({ min: 1, max: 3 }),
  ignore: fc.constantFrom(...ignoreLists),
  eventCount: fc.integer({ min: 1, max: 6 }),
  durationSeconds: fc.integer({ min: 1, max: 15 }),
  maxAgeSeconds: fc.option(fc.integer({ min: 2, max: 20 }), { nil: undefined, freq: 2 }),
  retentionDays: fc.integer({ min: 20, max: 30 }),
});

/** Any call of the next dozens, or one of the few that matter most. */
const call = fc.oneof(
  fc.record({ call: fc.constant("any" as const), skip: fc.integer({ min: 0, max: 40 }) }),
  fc.record({
    call: fc.constantFrom("commit" as const, "put-events" as const, "wake" as const),
    skip: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({
    call: fc.constantFrom("statement" as const, "connect" as const),
    skip: fc.integer({ min: 0, max: 12 }),
  }),
);

const fault: fc.Arbitrary<Fault> = fc
  .tuple(
    call,
    fc.record({
      who: fc.constantFrom("ingest", "emitter"),
      kind: fc.constantFrom(...faultKinds),
      seconds: fc.constantFrom(1, 3, 9, 12, 20),
    }),
  )
  .map(([where, what]) => ({
    ...what,
    ...where,
    who: where.call === "put-events" ? "emitter" : where.call === "wake" ? "ingest" : what.who,
  }));

const seconds = (max: number) => fc.integer({ min: 1, max });
const which = fc.nat({ max: 30 });

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("put" as const),
      place: fc.nat({ max: places.length - 1 }),
      count: fc.integer({ min: 1, max: 8 }),
      size: fc.constantFrom(0, 1, 1000, 2 ** 40),
      everyMs: fc.constantFrom(0, 0, 700, 2500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("overwrite" as const),
      which,
      isVersioned: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("deliver again" as const),
      which,
      inSeconds: fc.constantFrom(0, 0, 1, 5, 30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("junk" as const), which }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: seconds(15) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("hold back" as const), seconds: seconds(60) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("redrive" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("start emitters" as const), count: seconds(3) }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("fault" as const), fault }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("database down" as const), seconds: seconds(200) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("no schedule" as const), seconds: seconds(200) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("lose beats" as const), count: seconds(3) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("configure" as const),
      rules: rules.chain((all) =>
        fc.constantFrom<Partial<Rules>>(
          { depth: all.depth },
          { ignore: all.ignore },
          { eventCount: all.eventCount },
          { eventCount: all.eventCount, durationSeconds: all.durationSeconds },
          { durationSeconds: all.durationSeconds },
          { retentionDays: all.retentionDays },
          { bucket: all.bucket },
        ),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("database's clock jumps" as const),
      seconds: fc.constantFrom(-40, -3, 2, 40),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("days pass" as const),
      days: fc.constantFrom(0.1, 1, 15, 29, 31),
    }),
  },
);

/** A whole history: how the world is, and what happens in it. */
export interface History {
  readonly setting: Setting;
  readonly commands: readonly Command[];
}

export const history: fc.Arbitrary<History> = fc.noBias(
  fc.record({
    setting: fc.record({
      seed: fc.nat(),
      slowShare: fc.constantFrom(0.03, 0.3),
      rules,
      queue: fc.record({
        batchSize: fc.constantFrom(1, 3, 10),
        concurrency: fc.integer({ min: 1, max: 3 }),
      }),
    }),
    commands: fc.array(command, { minLength: 1, maxLength: 20, size: "max" }),
  }),
);
