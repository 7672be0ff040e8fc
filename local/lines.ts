/**
 * Takes a text in pieces, and hands on its lines. Only "\n" ends one: readline ends them at U+2028 and
 * U+2029 too, and JSON has these as they are inside of its strings.
 */
export class Lines {
  readonly #onLine: (line: string) => void;
  /** Of the line that is not complete: put together once, however long it is. */
  #parts: string[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(text: string): void {
    const [rest = "", ...others] = text.split("\n");
    this.#parts.push(rest);
    for (const next of others) {
      this.#onLine(this.#parts.join(""));
      this.#parts = [next];
    }
  }

  /** What is left has no "\n" behind it. */
  end(): void {
    const rest = this.#parts.join("");
    this.#parts = [];
    if (rest !== "") this.#onLine(rest);
  }
}
