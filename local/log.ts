/** What a part of the local stack has to say. */
export interface LogLine {
  /** `info` is for who asks; a `warn` or `error` is shown. */
  readonly level: "info" | "warn" | "error";
  /** The resource it comes from, by its name in the program. */
  readonly from: string;
  readonly text: string;
}

export type Log = (line: LogLine) => void;
