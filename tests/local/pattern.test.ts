import { expect } from "chai";
import { compilePattern } from "../../local/events/pattern";

const matches = (pattern: unknown, event: unknown) =>
  compilePattern(JSON.stringify(pattern))(event);

describe("event patterns", () => {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and the page on
  // comparison operators; the events are theirs, shortened.
  const instance = {
    version: "0",
    source: "aws.ec2",
    "detail-type": "EC2 Instance State-change Notification",
    resources: ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
    detail: { "instance-id": "i-1234567890abcdef0", state: "terminated" },
  };
  const withLoads = {
    source: "aws.autoscaling",
    detail: {
      empty: "",
      nothing: null,
      flag: true,
      load: 10,
      list: ["a", "b"],
      none: [],
      objects: [{ id: 1 }, { id: 2 }],
      file: "image.PNG",
    },
  };
  const cases: [string, unknown, unknown, boolean][] = [
    ["a value of the list", { source: ["aws.ec2"] }, instance, true],
    ["none of the list", { source: ["aws.fargate"] }, instance, false],
    ["one of several values", { detail: { state: ["running", "terminated"] } }, instance, true],
    ["part of a value", { source: ["aws"] }, instance, false],
    ["another case", { source: ["AWS.EC2"] }, instance, false],
    ["all fields", { source: ["aws.ec2"], detail: { state: ["terminated"] } }, instance, true],
    [
      "all fields but one",
      { source: ["aws.ec2"], detail: { state: ["running"] } },
      instance,
      false,
    ],
    ["a field that is missing", { detail: { missing: ["x"] } }, instance, false],
    ["a field below a value", { source: { inner: ["x"] } }, instance, false],
    ["one of the event's array", { resources: instance.resources }, instance, true],
    ["two lists that meet", { detail: { list: ["b", "c"] } }, withLoads, true],
    ["two lists that do not", { detail: { list: ["c", "d"] } }, withLoads, false],
    ["an object in an array", { detail: { objects: { id: [2] } } }, withLoads, true],
    ["no object in an array", { detail: { objects: { id: [3] } } }, withLoads, false],
    // null, "" and a missing field are three things
    ["empty for empty", { detail: { empty: [""] } }, withLoads, true],
    ["null for empty", { detail: { empty: [null] } }, withLoads, false],
    ["null for null", { detail: { nothing: [null] } }, withLoads, true],
    ["empty for null", { detail: { nothing: [""] } }, withLoads, false],
    ["null for missing", { detail: { missing: [null] } }, withLoads, false],
    ["empty for missing", { detail: { missing: [""] } }, withLoads, false],
    ["a boolean", { detail: { flag: [true] } }, withLoads, true],
    ["the text of a boolean", { detail: { flag: ["true"] } }, withLoads, false],
    ["a number", { detail: { load: [10] } }, withLoads, true],
    ["the text of a number", { detail: { load: ["10"] } }, withLoads, false],

    ["prefix", { source: [{ prefix: "aws." }] }, instance, true],
    ["prefix of another case", { source: [{ prefix: "AWS." }] }, instance, false],
    ["prefix inside", { source: [{ prefix: "ec2" }] }, instance, false],
    ["prefix of a number", { detail: { load: [{ prefix: "1" }] } }, withLoads, false],
    ["prefix of a missing field", { detail: { missing: [{ prefix: "a" }] } }, withLoads, false],
    ["prefix in an array", { detail: { list: [{ prefix: "b" }] } }, withLoads, true],
    ["suffix", { detail: { file: [{ suffix: ".PNG" }] } }, withLoads, true],
    ["suffix of another case", { detail: { file: [{ suffix: ".png" }] } }, withLoads, false],
    [
      "equals-ignore-case",
      { detail: { file: [{ "equals-ignore-case": "IMAGE.png" }] } },
      withLoads,
      true,
    ],
    [
      "equals-ignore-case of a part",
      { detail: { file: [{ "equals-ignore-case": "image" }] } },
      withLoads,
      false,
    ],

    ["exists", { detail: { state: [{ exists: true }] } }, instance, true],
    ["exists of a missing field", { detail: { missing: [{ exists: true }] } }, instance, false],
    ["exists of null", { detail: { nothing: [{ exists: true }] } }, withLoads, true],
    ["exists of an object", { detail: [{ exists: true }] }, instance, false],
    ["exists false", { detail: { missing: [{ exists: false }] } }, instance, true],
    ["exists false of a field", { detail: { state: [{ exists: false }] } }, instance, false],
    ["exists false of an empty array", { detail: { none: [{ exists: false }] } }, withLoads, true],
    [
      "exists false below a missing one",
      { other: { missing: [{ exists: false }] } },
      instance,
      true,
    ],
    [
      "missing or a value",
      { detail: { state: ["terminated", { exists: false }] } },
      instance,
      true,
    ],

    ["anything-but", { detail: { state: [{ "anything-but": "running" }] } }, instance, true],
    [
      "anything-but the value",
      { detail: { state: [{ "anything-but": "terminated" }] } },
      instance,
      false,
    ],
    ["anything-but a number", { detail: { load: [{ "anything-but": 123 }] } }, withLoads, true],
    [
      "anything-but the number",
      { detail: { load: [{ "anything-but": [10, 20] }] } },
      withLoads,
      false,
    ],
    [
      "anything-but a list",
      { detail: { state: [{ "anything-but": ["stopped", "running"] }] } },
      instance,
      true,
    ],
    [
      "anything-but its list",
      { detail: { state: [{ "anything-but": ["stopped", "terminated"] }] } },
      instance,
      false,
    ],
    [
      "anything-but of a missing field",
      { detail: { missing: [{ "anything-but": "x" }] } },
      instance,
      false,
    ],
    [
      "anything-but prefix",
      { detail: { state: [{ "anything-but": { prefix: "init" } }] } },
      instance,
      true,
    ],
    [
      "anything-but its prefix",
      { detail: { state: [{ "anything-but": { prefix: "term" } }] } },
      instance,
      false,
    ],
    [
      "anything-but prefixes",
      { detail: { state: [{ "anything-but": { prefix: ["a", "b"] } }] } },
      instance,
      true,
    ],
    [
      "anything-but its prefixes",
      { detail: { state: [{ "anything-but": { prefix: ["a", "term"] } }] } },
      instance,
      false,
    ],
    [
      "anything-but suffixes",
      { detail: { file: [{ "anything-but": { suffix: [".txt", ".rtf"] } }] } },
      withLoads,
      true,
    ],
    [
      "anything-but its suffixes",
      { detail: { file: [{ "anything-but": { suffix: [".txt", ".PNG"] } }] } },
      withLoads,
      false,
    ],
    [
      "anything-but prefix of a number",
      { detail: { load: [{ "anything-but": { prefix: "1" } }] } },
      withLoads,
      true,
    ],
    [
      "anything-but prefix of null",
      { detail: { nothing: [{ "anything-but": { prefix: "n" } }] } },
      withLoads,
      true,
    ],
    [
      "anything-but prefix of a missing field",
      { detail: { missing: [{ "anything-but": { prefix: "n" } }] } },
      withLoads,
      false,
    ],
    // it compares values with their quotes
    [
      "anything-but a prefix with a quote at its end",
      { detail: { file: [{ "anything-but": { prefix: 'image.PNG"' } }] } },
      withLoads,
      false,
    ],
    [
      "anything-but a prefix with a quote inside",
      { detail: { file: [{ "anything-but": { prefix: 'image.PNG"x' } }] } },
      withLoads,
      true,
    ],
    [
      "anything-but a suffix with a quote",
      { detail: { file: [{ "anything-but": { suffix: '"image.PNG' } }] } },
      withLoads,
      false,
    ],
    [
      "a prefix with a quote at its end",
      { detail: { file: [{ prefix: 'image.PNG"' }] } },
      withLoads,
      true,
    ],
    [
      "a suffix with a quote at its beginning",
      { detail: { file: [{ suffix: '"image.PNG' }] } },
      withLoads,
      true,
    ],
    ["a list in a list", { a: ["x"] }, { a: [["y", ["x"]]] }, true],
    [
      "exists false of a list with an object and a value",
      { a: [{ exists: false }] },
      { a: [{ b: 1 }, "x"] },
      false,
    ],
    ["exists false of a list of objects", { a: [{ exists: false }] }, { a: [{ b: 1 }] }, true],
    // array values are OR'd: two of them exclude nothing
    [
      "two anything-but",
      { detail: { state: [{ "anything-but": "running" }, { "anything-but": "terminated" }] } },
      instance,
      true,
    ],
    ["a name of every object", { detail: { toString: [{ exists: false }] } }, instance, true],
    ["an event that is no object", { source: ["aws.ec2"] }, null, false],
  ];
  for (const [name, pattern, event, wanted] of cases) {
    it(`${wanted ? "match" : "do not match"}: ${name}`, () => {
      expect(matches(pattern, event)).to.equal(wanted);
    });
  }

  const known = "allowed are values, prefix, suffix, equals-ignore-case, exists and anything-but";
  const unknown = (operator: string, place: string) =>
    `event pattern uses ${operator} at ${place}, which the local stack does not know: ${known}`;
  const refused: [string, string][] = [
    ["{", "event pattern is {, allowed is JSON"],
    ["{}", "event pattern is {}, allowed is an object with at least one field"],
    ["[1]", "event pattern is [1], allowed is an object with at least one field"],
    ['{"a":"x"}', 'event pattern has "x" at a, allowed is a list of values or an object'],
    ['{"a":{"b":[]}}', "event pattern has [] at a.b, allowed is a list of values or an object"],
    // What EventBridge's own matcher, event-ruler 2.1.0, refuses too.
    ['{"a":{}}', "event pattern has {} at a, allowed is an object with at least one field"],
    ['{"a":{"b":{}}}', "event pattern has {} at a.b, allowed is an object with at least one field"],
    ['{"a":[{}]}', "event pattern has {} at a, allowed is one operator"],
    ['{"a":[{"anything-but":["x",1]}]}', 'event pattern has anything-but of ["x",1] at a'],
    ['{"a":[{"anything-but":[1,null]}]}', "event pattern has anything-but of [1,null] at a"],
    ['{"a":[{"anything-but":true}]}', "event pattern has anything-but of true at a"],
    [
      '{"a":[{"anything-but":{"prefix":["x",""]}}]}',
      'event pattern has anything-but prefix of ["x",""] at a',
    ],
    ['{"a":[["x"]]}', 'event pattern has ["x"] in a list at a, allowed are values and operators'],
    [
      '{"a":[{"prefix":"x","suffix":"y"}]}',
      'event pattern has {"prefix":"x","suffix":"y"} at a, allowed is one operator',
    ],
    ['{"$or":[{"a":[1]},{"b":[1]}]}', unknown("$or", "$or")],
    ['{"a":{"b":[{"numeric":[">",0]}]}}', unknown("numeric", "a.b")],
    ['{"a":[{"wildcard":"x*"}]}', unknown("wildcard", "a")],
    ['{"a":[{"cidr":"10.0.0.0/24"}]}', unknown("cidr", "a")],
    ['{"a":[{"anything-but":{"wildcard":"x*"}}]}', unknown("anything-but wildcard", "a")],
    ['{"a":[{"anything-but":{"toString":"x"}}]}', unknown("anything-but toString", "a")],
    ['{"a":[{"anything-but":[]}]}', "event pattern has anything-but of [] at a"],
    ['{"a":[{"anything-but":[null]}]}', "event pattern has anything-but of [null] at a"],
    ['{"a":[{"anything-but":{"prefix":[]}}]}', "event pattern has anything-but prefix of [] at a"],
    ['{"a":[{"prefix":["x"]}]}', 'event pattern has prefix of ["x"] at a'],
    ['{"a":[{"exists":"true"}]}', 'event pattern has exists of "true" at a'],
  ];
  for (const [pattern, message] of refused) {
    it(`are refused: ${pattern}`, () => {
      expect(() => compilePattern(pattern))
        .to.throw(Error)
        .with.property("message", message);
    });
  }

  it("are refused above 2,048 characters, as by an account's default", () => {
    const pattern = (length: number) => `{"a":["${"x".repeat(length - 10)}"]}`;

    expect(pattern(2048)).to.have.length(2048);
    expect(compilePattern(pattern(2048))({ a: "x".repeat(2038) })).to.equal(true);
    expect(() => compilePattern(pattern(2049))).to.throw(
      "event pattern has 2049 characters, allowed are 2048 by default: shorten it",
    );
  });
});
