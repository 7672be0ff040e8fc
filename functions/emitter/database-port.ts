import { isLockTimeout, isTransient, type Connection } from "../database";
import type { EmitterPorts } from "./ports";

/** How a run of the emitter uses its connection; `onFailure` hears what a run gets over. */
export function databasePort(
  connection: Connection,
  onFailure: (error: unknown) => void,
): Pick<EmitterPorts, "withDatabase" | "recovers"> {
  return {
    // Once more, immediately: a session that idled while the container was frozen is often gone, or of no
    // use any more. What holds a lock will not let go of it so soon.
    withDatabase: (work) =>
      connection.withSession(work, (error, attempt) => attempt === 1 && !isLockTimeout(error)),
    recovers(error) {
      if (!isTransient(error)) return false;
      onFailure(error);
      return true;
    },
  };
}
