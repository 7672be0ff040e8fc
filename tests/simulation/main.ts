// npm run simulate -- --runs N --seed S
import { availableParallelism } from "node:os";
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { stopTestServer } from "../../support/postgres";
import { SimulatedDatabase } from "./database";
import { report } from "./report";
import { runSeed, type Failure } from "./run";

const options = {
  runs: { type: "string", default: "1000" },
  seed: { type: "string" },
  workers: { type: "string", default: String(Math.min(8, availableParallelism())) },
  /** Seconds spent on finding a shorter history that fails too. */
  shorten: { type: "string", default: "60" },
  /** Of a worker: which of them it is. */
  worker: { type: "string" },
} as const;

type FromWorker =
  { readonly done: number } | { readonly seen: [string, number][] } | { readonly failure: Failure };

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  const runs = wholeNumber("--runs", values.runs);
  const workers = Math.min(runs, wholeNumber("--workers", values.workers));
  const seed =
    values.seed === undefined
      ? Math.floor(Math.random() * 2 ** 31)
      : wholeNumber("--seed", values.seed);
  if (values.worker !== undefined) {
    const shortenMs = wholeNumber("--shorten", values.shorten) * 1000;
    return work(
      Array.from({ length: runs }, (_, i) => seed + i).filter(
        (_, i) => i % workers === Number(values.worker),
      ),
      shortenMs,
    );
  }

  console.log(`${runs} histories, seeds ${seed} to ${seed + runs - 1}, ${workers} workers`);
  const startedAt = Date.now();
  let done = 0;
  let shown = 0;
  let failure: Failure | undefined;
  const seen = new Map<string, number>();
  const children = Array.from({ length: workers }, (_, worker) => {
    const args = ["--runs", runs, "--seed", seed, "--workers", workers, "--worker", worker];
    return fork(__filename, [...args.map(String), "--shorten", values.shorten]);
  });
  const ends = children.map(
    (child) =>
      new Promise<number>((resolve) => {
        child.on("message", (message: FromWorker) => {
          if ("failure" in message) {
            failure ??= message.failure;
            children.forEach((other) => other !== child && other.connected && other.send("stop"));
            return;
          }
          if ("seen" in message) {
            for (const [what, n] of message.seen) seen.set(what, (seen.get(what) ?? 0) + n);
            return;
          }
          done += message.done;
          if (done - shown < runs / 20) return;
          shown = done;
          console.log(`${done} of ${runs}, ${seconds(startedAt)} s`);
        });
        child.on("exit", (code) => resolve(code ?? 1));
      }),
  );
  const codes = await Promise.all(ends);
  if (failure) {
    console.error(report(failure));
    return 1;
  }
  if (codes.some((code) => code !== 0)) return 1;
  for (const [what, count] of [...seen].sort()) console.log(`  ${count} × ${what}`);
  const took = seconds(startedAt);
  console.log(`${runs} histories passed in ${took} s`);
  return 0;
}

async function work(seeds: readonly number[], shortenMs: number): Promise<number> {
  const over = new AbortController();
  process.on("message", () => over.abort()); // another worker's history has failed
  // An exit in order ends the server too.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
  const database = await SimulatedDatabase.create();
  const seen = new Map<string, number>();
  try {
    for (const seed of seeds) {
      if (over.signal.aborted) break;
      const failure = await runSeed(database, seed, { seen, shortenMs });
      if (failure) {
        process.send!({ failure } satisfies FromWorker);
        return 1;
      }
      process.send!({ done: 1 } satisfies FromWorker);
    }
    process.send!({ seen: [...seen] } satisfies FromWorker);
    return 0;
  } finally {
    await database.drop();
    await stopTestServer();
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`${name} is ${JSON.stringify(text)}, allowed is a whole number`);
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}

main().then(
  (code) => {
    process.exitCode = code;
    if (process.connected) process.disconnect();
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
