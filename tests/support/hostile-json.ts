// Messages that nobody sends by accident: what a field can be in JSON, and what JSON itself can be.
import * as fc from "fast-check";
import { beat, s3Event } from "./object-events";

/** Every field that is read, by its path. */
export const fieldsRead = [
  ["source"],
  ["detail-type"],
  ["time"],
  ["id"],
  ["detail"],
  ["detail", "bucket"],
  ["detail", "bucket", "name"],
  ["detail", "object"],
  ["detail", "object", "key"],
  ["detail", "object", "size"],
  ["detail", "object", "version-id"],
  ["detail", "object", "sequencer"],
] as const;
export type Path = (typeof fieldsRead)[number];

/** Lists in lists, as JSON: `JSON.stringify` itself cannot go so deep. */
export const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
export const nestedObjects = (depth: number) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
/** For a search that begins anew at every zero, a quarter of an hour and more. */
export const zeros = (count: number) => `"${"0".repeat(count)}1"`;

/** An object event or a beat whose field is that JSON. */
export function withField(path: Path, json: string, event: object = s3Event()): string {
  const [first, ...rest] = path;
  const mark = "the field";
  const replace = (value: unknown, [name, ...names]: readonly string[]): unknown =>
    name === undefined ? mark : { ...(value as object), [name]: replace(of(value, name), names) };
  return JSON.stringify(replace(event, [first, ...rest])).replace(`"${mark}"`, () => json);
}

function of(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[name];
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  // Lone surrogates, NUL and control characters among them.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc
    .constantFrom("0", "a/", "\ud800", "\0", "😀", "(", "*", " ")
    .chain((unit) => fc.integer({ min: 0, max: 3_000 }).map((count) => unit.repeat(count) + "1")),
  fc.constantFrom("__proto__", "constructor", "toString", "toJSON", "hasOwnProperty"),
);
const time = fc
  .constantFrom(
    ...["0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"],
    ...["+275760-09-13T00:00:00Z", "2026-13-45T99:99:99Z", "2026-11-23T10:15:30.123456789Z"],
    ...["2026-11-23T", "2026-11-23T10:15:30 (((", "2026-02-30T00:00:00Z"],
  )
  .map((one) => JSON.stringify(one));
const number = fc.oneof(
  fc.double().map((one) => JSON.stringify(one)),
  fc.constantFrom("1e999", "-1e999", "-0", "1e-400", "9007199254740993", "1".repeat(400)),
);
const deep = fc
  .tuple(fc.constantFrom(nested, nestedObjects), fc.integer({ min: 1, max: 6_000 }))
  .map(([nest, depth]) => nest(depth));
const wide = fc
  .integer({ min: 0, max: 3_000 })
  .map((count) => JSON.stringify(Array(count).fill("")));
const special = fc.constantFrom(
  ...["null", "true", "{}", "[]", '""', '{"__proto__":{"key":"a/b/c","name":"x"}}'],
  ...['{"toJSON":1}', '{"toString":null,"valueOf":null}', '{"length":5}', '{"constructor":{}}'],
);

/** JSON of any value. */
const anyJson = fc.oneof(
  text.map((one) => JSON.stringify(one)),
  time,
  number,
  deep,
  wide,
  special,
  fc.json(),
);

/** Bodies of messages: one field, or two, of an event or a beat, or all of it. */
export const hostileBody: fc.Arbitrary<string> = fc
  .oneof(
    { arbitrary: fc.tuple(fc.constantFrom(...fieldsRead), anyJson), weight: 8 },
    { arbitrary: fc.tuple(fc.constant("all" as const), fc.oneof(anyJson, text)), weight: 1 },
  )
  .chain(([path, json]) =>
    path === "all"
      ? fc.constant(json)
      : fc
          .constantFrom(s3Event(), s3Event({ sequencer: undefined }), beat("2026-11-23T10:15:00Z"))
          .map((event) => withField(path, json, event)),
  );
