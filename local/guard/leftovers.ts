import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { endGuard, runGuard } from "./guard";

/**
 * Cleans up a folder whose guard was killed with its stack. "guarded": a stack uses it, and nothing was
 * done; "clean": there was nothing to do.
 */
export async function cleanUpLeftover(folder: string): Promise<"guarded" | "clean" | "cleaned up"> {
  const sign = readSign(folder);
  if (sign === undefined && !wasNeverGuarded(folder)) return "clean";
  if (sign && (await isGuarded(sign))) return "guarded";
  await endGuard(runGuard(folder));
  return "cleaned up";
}

/** The folders that this user's stacks made, by the beginning of their paths. */
export function foldersOfStacks(beginning: string): string[] {
  const parent = path.dirname(beginning);
  return fs
    .readdirSync(parent)
    .filter((name) => name.startsWith(path.basename(beginning)))
    .map((name) => path.join(parent, name))
    .filter(
      (folder) => fs.lstatSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.(),
    );
}

interface Sign {
  readonly port: number;
  readonly token: string;
}

function readSign(folder: string): Sign | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "guard.json"), "utf8")) as Sign;
  } catch {
    return undefined; // it is being made, or is none of a stack's
  }
}

/** Killed before its guard had begun: there is the list of what is not to stay, and nothing else is. */
function wasNeverGuarded(folder: string): boolean {
  const list = fs.statSync(path.join(folder, "not-to-stay.json"), { throwIfNoEntry: false });
  return list !== undefined && Date.now() - list.mtimeMs > startMs;
}

/** A guard begins within far less, also on a busy machine. */
const startMs = 60_000;

/** Another program may have the port by now: it does not know the token. */
function isGuarded({ port, token }: Sign): Promise<boolean> {
  return new Promise((resolve) => {
    let said = "";
    const socket = net.connect(port, "127.0.0.1");
    // A guard that is too busy to answer is one: what it guards must not be removed.
    socket.setTimeout(answerPatienceMs, () => {
      resolve(true);
      socket.destroy();
    });
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => (said += text));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(said === token));
  });
}

const answerPatienceMs = 5_000;
