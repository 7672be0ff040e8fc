// A matcher of EventBridge's event patterns, with the operators that are used here. One that it does
// not know is refused by name when the rule is made, never taken as matching or not.

/** Whether an event matches; made once for a rule. */
export type Matcher = (event: unknown) => boolean;

type Test = (value: Leaf) => boolean;
/** What a pattern is compared with; undefined: the field is not there. */
type Leaf = string | number | boolean | null | undefined;

/** An account's default limit (EventBridge quotas). */
const maxCharacters = 2048;

/** Compiles a pattern. Throws when it is no pattern, too long, or uses an unknown operator. */
export function compilePattern(text: string): Matcher {
  if (Buffer.byteLength(text) > maxCharacters) {
    throw new Error(
      `event pattern has ${Buffer.byteLength(text)} characters, allowed are ${maxCharacters} by default: shorten it`,
    );
  }
  const pattern = parse(text);
  if (!isRecord(pattern) || Object.keys(pattern).length === 0) {
    throw new Error(`event pattern is ${text}, allowed is an object with at least one field`);
  }
  return compileObject(pattern, "");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`event pattern is ${text}, allowed is JSON`, { cause: error });
  }
}

/** All fields must match. */
function compileObject(pattern: Record<string, unknown>, path: string): Matcher {
  if (Object.keys(pattern).length === 0) {
    throw new Error(
      `event pattern has {} at ${path}, allowed is an object with at least one field`,
    );
  }
  const fields = Object.entries(pattern).map(([name, wanted]) => {
    const place = path === "" ? name : `${path}.${name}`;
    if (name === "$or") throw unknownOperator("$or", place);
    if (isRecord(wanted)) {
      const inner = compileObject(wanted, place);
      // An array of objects matches when one of them does; a missing object can match `exists: false`.
      return { name, matches: (value: unknown) => listOf(value).some((one) => inner(one)) };
    }
    if (!Array.isArray(wanted) || wanted.length === 0) {
      throw new Error(
        `event pattern has ${JSON.stringify(wanted)} at ${place}, allowed is a list of values or an object`,
      );
    }
    const tests = wanted.map((one: unknown) => compileTest(one, place));
    // Values of a list are OR'd, on both sides.
    return {
      name,
      matches: (value: unknown) => leavesOf(value).some((leaf) => tests.some((test) => test(leaf))),
    };
  });
  return (event) => {
    const record = isRecord(event) ? event : {};
    return fields.every(({ name, matches }) =>
      matches(Object.hasOwn(record, name) ? record[name] : undefined),
    );
  };
}

function compileTest(wanted: unknown, path: string): Test {
  if (Array.isArray(wanted)) {
    throw new Error(
      `event pattern has ${JSON.stringify(wanted)} in a list at ${path}, allowed are values and operators`,
    );
  }
  if (!isRecord(wanted)) return (value) => value === wanted;
  const entries = Object.entries(wanted);
  if (entries.length !== 1) {
    throw new Error(
      `event pattern has ${JSON.stringify(wanted)} at ${path}, allowed is one operator`,
    );
  }
  const [operator, operand] = entries[0]!;
  switch (operator) {
    case "prefix":
      return textTest(operand, operator, path, hasPrefix);
    case "suffix":
      return textTest(operand, operator, path, hasSuffix);
    case "equals-ignore-case":
      return textTest(
        operand,
        operator,
        path,
        (value, text) => value.toLowerCase() === text.toLowerCase(),
      );
    case "exists":
      if (typeof operand !== "boolean") throw wrongOperand(operator, operand, path);
      return (value) => (value !== undefined) === operand;
    case "anything-but":
      return compileAnythingBut(operand, path);
    default:
      throw unknownOperator(operator, path);
  }
}

/** A value, a list of one kind, or the prefixes or suffixes that it must not have; never a missing field. */
function compileAnythingBut(operand: unknown, path: string): Test {
  if (!isRecord(operand)) {
    const values = (Array.isArray(operand) ? operand : [operand]) as Leaf[];
    const kind = typeof values[0];
    const isKind = (value: unknown) => typeof value === kind;
    if (!["string", "number"].includes(kind) || !values.every(isKind)) {
      throw wrongOperand("anything-but", operand, path);
    }
    return (value) => value !== undefined && !values.includes(value);
  }
  const [[operator, wanted] = ["", undefined], ...others] = Object.entries(operand);
  const inner = { prefix: hasPrefix, suffix: hasSuffix };
  if (others.length > 0 || !Object.hasOwn(inner, operator))
    throw unknownOperator(`anything-but ${operator}`, path);
  const texts = Array.isArray(wanted) ? (wanted as unknown[]) : [wanted];
  const isText = (text: unknown) => typeof text === "string" && text !== "";
  if (texts.length === 0 || !texts.every(isText)) {
    throw wrongOperand(`anything-but ${operator}`, wanted, path);
  }
  const has = inner[operator as keyof typeof inner];
  return (value) =>
    value !== undefined &&
    !(typeof value === "string" && (texts as string[]).some((text) => has(value, text)));
}

// EventBridge compares texts with the quotes around them, which shows where a pattern has one too.
const hasPrefix = (value: string, text: string) => `${value}"`.startsWith(text);
const hasSuffix = (value: string, text: string) => `"${value}`.endsWith(text);

function textTest(
  operand: unknown,
  operator: string,
  path: string,
  test: (value: string, text: string) => boolean,
): Test {
  if (typeof operand !== "string") throw wrongOperand(operator, operand, path);
  return (value) => typeof value === "string" && test(value, operand);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) && value.length > 0 ? (value as unknown[]) : [value];
}

/** Values of arrays at any depth; an object is no value: EventBridge looks only at leaves. */
function leavesOf(value: unknown): Leaf[] {
  const leaves = [value].flat(Infinity).filter((one) => typeof one !== "object" || one === null);
  return leaves.length === 0 ? [undefined] : (leaves as Leaf[]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownOperator(operator: string, path: string): Error {
  return new Error(
    `event pattern uses ${operator} at ${path}, which the local stack does not know: ` +
      "allowed are values, prefix, suffix, equals-ignore-case, exists and anything-but",
  );
}

function wrongOperand(operator: string, operand: unknown, path: string): Error {
  return new Error(`event pattern has ${operator} of ${JSON.stringify(operand)} at ${path}`);
}
