// Runs beside the local stack, in a session of its own, and waits for the end of its standard input,
// which comes with the stack's end, however that comes: by Ctrl-C, with its terminal, or by kill -9. Then
// it ends what still runs of the database, and removes what is not meant to stay.
"use strict";
const { spawnSync } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const folder = process.argv[2];
const sign = path.join(folder, "guard.json");
const list = path.join(folder, "not-to-stay.json");

/** By turns: PostgreSQL's fast and immediate shutdowns, then what no process can refuse. */
const signals = ["SIGINT", "SIGQUIT", "SIGKILL"];
const patienceMs = 5_000;
const lookEveryMs = 20;

async function cleanUp() {
  await endProcesses();
  const { temporary, files, folders } = readList();
  for (const file of files) fs.rmSync(file, { force: true });
  for (const one of folders) removeIfEmpty(one);
  if (temporary) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  else for (const file of [list, sign]) fs.rmSync(file, { force: true });
}

async function endProcesses() {
  for (const signal of signals) {
    const until = Date.now() + patienceMs;
    for (const pid of processesOfFolder()) kill(pid, signal);
    while (Date.now() < until) {
      if (processesOfFolder().length === 0) return;
      await sleep(lookEveryMs);
    }
  }
}

/** Those of PostgreSQL's programs that were told a cluster in the folder; their children end with them. */
function processesOfFolder() {
  const clusters = fs.existsSync(folder)
    ? fs.readdirSync(folder).map((name) => path.join(folder, name, "cluster"))
    : [];
  const isOurs = (command) =>
    clusters.some((one) => command.includes(` -D ${one} `) || command.includes(`=${one} `));
  return commands().flatMap(([pid, command]) => (isOurs(`${command} `) ? [pid] : []));
}

/** Id and command line of every process; Linux has them without a program that may not be installed. */
function commands() {
  if (process.platform === "linux") {
    return fs.readdirSync("/proc").flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        const text = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return [[Number(pid), text]];
      } catch {
        return []; // it has ended
      }
    });
  }
  const { stdout } = spawnSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [[Number(pid), command]];
  });
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

function readList() {
  try {
    return JSON.parse(fs.readFileSync(list, "utf8"));
  } catch {
    return { temporary: false, files: [], folders: [] };
  }
}

function removeIfEmpty(one) {
  try {
    fs.rmdirSync(one);
  } catch {
    // Somebody put something of their own into it.
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
// Whoever finds the folder asks here whether it is guarded: an id of a process may be another's by then.
const token = randomUUID();
const server = net.createServer((socket) => {
  socket.on("error", () => undefined);
  socket.end(token);
});
server.listen(0, "127.0.0.1", () => {
  if (fs.existsSync(folder)) {
    fs.writeFileSync(sign, JSON.stringify({ port: server.address().port, token }));
  }
  process.stdout.write("ready\n");
  process.stdin.resume();
});
process.stdin.on("error", () => undefined);
process.stdin.on("close", () => {
  void cleanUp()
    .catch(() => undefined)
    .then(() => process.exit());
});
process.stdout.on("error", () => undefined);
