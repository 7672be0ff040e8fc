/** What a part of the local stack has to say. */
export interface LogLine {
  /** `info` is for who asks; a `warn` or `error` is shown. */
  readonly level: "info" | "warn" | "error";
  /** The resource it comes from, by its name in the program. */
  readonly from: string;
  readonly text: string;
}

export type Log = (line: LogLine) => void;

/** The fields of a structured line; undefined when it is none, or the half that a killed process wrote. */
export function fieldsOf(text: string): Record<string, unknown> | undefined {
  try {
    const line: unknown = JSON.parse(text);
    const isRecord = typeof line === "object" && line !== null && !Array.isArray(line);
    return isRecord ? (line as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
