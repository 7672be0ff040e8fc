import * as fs from "node:fs";

/** The processes that know a folder, by their environment or their command line. Linux only: it has /proc. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  return fs.readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const [command, environment] = ["cmdline", "environ"].map((file) =>
        fs.readFileSync(`/proc/${name}/${file}`, "utf8").replaceAll("\0", " "),
      );
      const knows = command!.includes(folder) || environment!.includes(folder);
      return knows ? [{ pid: Number(name), command: command! }] : [];
    } catch {
      return []; // it has ended, or is another user's
    }
  });
}
