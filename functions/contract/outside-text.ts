// What comes from outside, as texts that a log line and PostgreSQL can take: short, and well formed.

/** Characters of a value in an error text: a payload is never logged in full. */
const maxValue = 100;
/** Characters of an error: the AWS SDK quotes answers, which can be of any length. */
const maxError = 500;

/** The beginning of a text, of `most` characters or one fewer: it does not end in half a character. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const isHalf = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isHalf ? most - 1 : most);
}

/** The beginning of a text as PostgreSQL can store it: its text has no NUL and no lone surrogate. */
export function storableText(text: string, most = maxError): string {
  return cutText(text, most).replaceAll("\0", "\ufffd").toWellFormed();
}

/** An error, whatever was thrown. Never throws. */
export function errorText(error: unknown): string {
  try {
    return storableText(isOtherObject(error) ? valueText(error) : String(error));
  } catch {
    return "an error that cannot be read";
  }
}

/** What says nothing of itself but "[object Object]", if it can be asked at all. */
function isOtherObject(error: unknown): boolean {
  return typeof error === "object" && !(error instanceof Error);
}

/** The beginning of a value's JSON. Of a large or deep value, no more is read than it takes. */
export function valueText(value: unknown): string {
  let text = "";
  for (const piece of jsonOf(value)) {
    text += piece;
    if (text.length >= maxValue) break;
  }
  return cutText(text, maxValue);
}

/** A level of nesting brings a character before the next one is begun: so many levels are read at most. */
function* jsonOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield JSON.stringify(value.slice(0, maxValue));
  else if (typeof value !== "object" || value === null) yield String(value);
  else if (Array.isArray(value)) {
    yield "[";
    for (let i = 0; i < value.length; i++) {
      if (i > 0) yield ",";
      yield* jsonOf(value[i]);
    }
    yield "]";
  } else {
    let before = "{";
    for (const [name, inner] of Object.entries(value)) {
      yield `${before}${JSON.stringify(name.slice(0, maxValue))}:`;
      yield* jsonOf(inner);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  }
}
