import { Lines } from "../../local/lines";

/**
 * Finds the JSON values in a text that comes in pieces: one a line, indented over many, in a list, or one
 * behind the other. What is none is told with the number of its line, and the next line begins anew.
 */
export class JsonValues {
  readonly #onValue: (value: unknown, line: number) => void;
  readonly #onWrong: (line: number, problem: string) => void;
  readonly #lines = new Lines((line) => this.#line(line));
  #number = 0;
  /** Of the object that is not complete: its text so far, its first line, and what it is inside of. */
  #parts: string[] = [];
  #begunAt = 0;
  #open: ("{" | "[")[] = [];
  /** The last sign outside of strings that is no white space. */
  #last = "";

  constructor(
    onValue: (value: unknown, line: number) => void,
    onWrong: (line: number, problem: string) => void,
  ) {
    this.#onValue = onValue;
    this.#onWrong = onWrong;
  }

  add(text: string): void {
    this.#lines.add(text);
  }

  end(): void {
    this.#lines.end();
    if (this.#open.length > 0) this.#giveUp();
  }

  #line(line: string): void {
    this.#number++;
    this.#read(line);
  }

  #read(line: string): void {
    if (this.#open.length === 0) {
      // What most lines are, by the parser itself.
      const value = parsed(line.replace(/^\ufeff/, ""));
      if (value !== undefined) {
        this.#onValue(value, this.#number);
        return;
      }
    }
    let at = 0;
    while (at < line.length) {
      at = this.#open.length === 0 ? this.#between(line, at) : this.#inside(line, at);
    }
    if (this.#open.length > 0) this.#parts.push("\n");
  }

  /** Outside of objects a list's signs say nothing. Returns where to go on. */
  #between(line: string, at: number): number {
    separators.lastIndex = at;
    separators.test(line);
    const next = separators.lastIndex;
    if (next === line.length) return next;
    const begin = line[next] === "{" ? next : lineOfLog(line, next);
    if (begin === undefined) {
      this.#onWrong(this.#number, "is not JSON");
      return line.length;
    }
    this.#begunAt = this.#number;
    this.#parts = ["{"];
    this.#open = ["{"];
    this.#last = "{";
    return begin + 1;
  }

  /** Returns where to go on: behind the object, or at the line's end. */
  #inside(line: string, at: number): number {
    tokens.lastIndex = at;
    for (let token = tokens.exec(line); token; token = tokens.exec(line)) {
      const sign = token[0];
      if (!this.#takes(sign)) {
        this.#giveUp();
        // Behind a line that was cut off there is one that is whole.
        if (line.slice(0, token.index).trim() === "") this.#read(line);
        return line.length;
      }
      if (this.#open.length > 0) continue;
      this.#parts.push(line.slice(at, tokens.lastIndex));
      this.#complete();
      return tokens.lastIndex;
    }
    this.#parts.push(line.slice(at));
    return line.length;
  }

  #takes(sign: string): boolean {
    if (sign === '"') return false; // a string that no sign ends
    if (sign === "{" || sign === "[") {
      if (!this.#mayFollow()) return false;
      this.#open.push(sign);
    } else if (sign === "}" || sign === "]") {
      if (this.#open.pop() !== (sign === "}" ? "{" : "[")) return false;
    }
    this.#last = sign;
    return true;
  }

  /** Whether an object or a list may begin here. */
  #mayFollow(): boolean {
    if (this.#last === ":") return true;
    return this.#open.at(-1) === "[" && (this.#last === "[" || this.#last === ",");
  }

  #complete(): void {
    const value = parsed(this.#parts.join(""));
    this.#parts = [];
    if (value === undefined) this.#onWrong(this.#begunAt, "is not JSON");
    else this.#onValue(value, this.#begunAt);
  }

  /** Lines inside of it that are whole are none of its own: it was cut off before them. */
  #giveUp(): void {
    const [, ...lines] = this.#parts.join("").split("\n");
    this.#parts = [];
    this.#open = [];
    this.#onWrong(this.#begunAt, "is not JSON: an object begins that does not end");
    lines.forEach((line, i) => {
      const value = line.startsWith("{") ? parsed(line) : undefined;
      if (value !== undefined) this.#onValue(value, this.#begunAt + 1 + i);
    });
  }
}

const separators = /[\s,[\]\ufeff]*/y;
/** Strings as a whole, a quote that begins none that ends in this line, and every other sign. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|["{}[\]:,]|[^\s"{}[\]:,]+/g;

/** `aws logs tail` writes times and names before each message. */
function lineOfLog(line: string, at: number): number | undefined {
  const begin = line.indexOf(" {", at);
  return begin >= 0 && parsed(line.slice(begin)) !== undefined ? begin + 1 : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
