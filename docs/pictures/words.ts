export interface Box {
  readonly width: number;
  readonly height: number;
}

export const text = "#16191f";
export const muted = "#5f6b7a";

interface WordsOptions {
  readonly size?: number;
  readonly weight?: string;
  readonly colour?: string;
  readonly anchor?: string;
}

/** A line of text as SVG. */
export function words(content: string, x: number, y: number, options: WordsOptions = {}): string {
  const { size = 11, weight = "normal", colour = text, anchor = "start" } = options;
  const escaped = content.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escaped}</text>`;
}

/** Markdown without its marks. */
export function plain(markdown: string): string {
  return markdown.replace(/[`*]/g, "").trim();
}

/** Broken into lines of so many characters. */
export function wrap(content: string, columns: number): string[] {
  const lines = [""];
  for (const word of content.split(" ")) {
    if (`${lines.at(-1)!} ${word}`.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)!} ${word}`.trim();
  }
  return lines;
}

/** A number on an axis. */
export function short(value: number): string {
  if (value >= 1e9) return `${Math.round(value / 1e9)}G`;
  if (value >= 1e6) return `${Math.round(value / 1e6)}M`;
  return value >= 10_000 ? `${Math.round(value / 1e3)}k` : String(Math.round(value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
