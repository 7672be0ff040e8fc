/**
 * A text of unknown origin as a terminal may be given it: what moves its cursor, changes its colours, ends
 * a line or turns the reading direction is written as JSON would escape it.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (sign) => {
    const code = sign.codePointAt(0)!;
    return short[sign] ?? `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Control and format signs, line and paragraph separators, and halves of a surrogate pair. */
const unprintable = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\u200b\ufeff]/gu;
