import * as fs from "node:fs";
import { JsonValues } from "./json-values";
import { unwrap, type RecordedEvent } from "./unwrap";

/**
 * Reads recorded events from a file, or from standard input (`-`), and hands them on as they come: one a
 * line, indented, in a list, and in what AWS wraps around them. What is none, or what `onEvent` throws at,
 * is told to `onWrong`, with the number of its first line, and skipped. Resolves with the number of events.
 */
export async function readRecordedEvents(
  file: string,
  onEvent: (event: RecordedEvent) => void,
  onWrong: (line: number, problem: string) => void,
): Promise<number> {
  let events = 0;
  const values = new JsonValues((value, line) => {
    for (const found of unwrap(value)) {
      const problem = "problem" in found ? found.problem : handOn(found.event, onEvent);
      if (problem === undefined) events++;
      else onWrong(line, problem);
    }
  }, onWrong);
  const input = file === "-" ? process.stdin : fs.createReadStream(file);
  for await (const text of input.setEncoding("utf8")) values.add(text as string);
  values.end();
  return events;
}

function handOn(event: RecordedEvent, onEvent: (event: RecordedEvent) => void): string | undefined {
  try {
    onEvent(event);
  } catch (error) {
    return `cannot be put on the bus (${String(error)})`;
  }
  return undefined;
}
