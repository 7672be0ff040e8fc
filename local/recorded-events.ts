import * as fs from "node:fs";
import { Lines } from "./lines";

/** A recorded event, as EventBridge delivered it. */
export interface RecordedEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
}

/**
 * Reads events recorded as JSON lines from a file, or from standard input (`-`), and hands them on as
 * they come. A line that is none, or that `onEvent` throws at, is told to `onWrong`, with its number,
 * and skipped; empty lines are nothing. Resolves with the number of events.
 */
export async function readRecordedEvents(
  file: string,
  onEvent: (event: RecordedEvent) => void,
  onWrong: (line: number, problem: string) => void,
): Promise<number> {
  const input = file === "-" ? process.stdin : fs.createReadStream(file);
  let number = 0;
  let events = 0;
  const lines = new Lines((line) => {
    number++;
    if (line.trim() === "") return;
    const problem = handOn(line, onEvent);
    if (problem === undefined) events++;
    else onWrong(number, problem);
  });
  for await (const text of input.setEncoding("utf8")) lines.add(text as string);
  lines.end();
  return events;
}

function handOn(line: string, onEvent: (event: RecordedEvent) => void): string | undefined {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return "is not JSON";
  }
  const { source, "detail-type": detailType, detail } = (event ?? {}) as Partial<RecordedEvent>;
  if (typeof source !== "string" || typeof detailType !== "string" || detail === undefined) {
    return "is no event: it needs source, detail-type and detail";
  }
  try {
    onEvent(event as RecordedEvent);
  } catch (error) {
    return `cannot be put on the bus (${String(error)})`;
  }
  return undefined;
}
