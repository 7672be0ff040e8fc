import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import type * as net from "node:net";
import * as path from "node:path";

/** What is removed at the end, by absolute paths. */
export interface NotToStay {
  /** The guarded folder itself, with everything in it. */
  readonly temporary: boolean;
  readonly files: readonly string[];
  /** Removed where they are empty by then, in this order. */
  readonly folders: readonly string[];
}

const maxTries = 5;

/**
 * A process that outlives this one by a moment: it ends the database of a folder and removes what is not
 * to stay, also when this process is killed. What is left when both are killed, `cleanUpLeftover` removes.
 */
export class Guard {
  readonly #folder: string;
  #process: ChildProcess;
  #notToStay: NotToStay;

  private constructor(folder: string, temporary: boolean) {
    this.#folder = folder;
    this.#notToStay = { temporary, files: [], folders: [] };
    this.#write();
    this.#process = runGuard(folder);
  }

  /** Resolves when the folder is guarded. Rejects when it cannot be: then a temporary one is gone. */
  static async start(
    folder: string,
    { temporary }: { readonly temporary: boolean },
  ): Promise<Guard> {
    const guard = new Guard(folder, temporary);
    // One that has not left our process group yet dies of a Ctrl-C: that was not for it.
    for (let tries = 1; !(await isReady(guard.#process)); tries++) {
      if (tries === maxTries) {
        if (temporary) fs.rmSync(folder, { recursive: true, force: true });
        throw new Error(`the guard of ${folder} did not start`);
      }
      guard.#process = runGuard(folder);
    }
    // It waits for our end, and not the other way round.
    const { stdin, stdout } = guard.#process;
    guard.#process.unref();
    for (const stream of [stdin, stdout]) (stream as net.Socket).unref();
    return guard;
  }

  /** To be said before they are made. */
  removeAtEnd({ files, folders }: Pick<NotToStay, "files" | "folders">): void {
    this.#notToStay = {
      ...this.#notToStay,
      files: [...this.#notToStay.files, ...files],
      folders: [...this.#notToStay.folders, ...folders],
    };
    this.#write();
  }

  /** Id of its process. */
  get pid(): number {
    return this.#process.pid!;
  }

  /** Resolves when everything is ended and removed. */
  async end(): Promise<void> {
    // One that was killed is replaced.
    await endGuard(hasEnded(this.#process) ? runGuard(this.#folder) : this.#process);
  }

  /** In one step: it may be read after a kill in the middle of this. */
  #write(): void {
    const list = path.join(this.#folder, "not-to-stay.json");
    fs.writeFileSync(`${list}.new`, JSON.stringify(this.#notToStay));
    fs.renameSync(`${list}.new`, list);
  }
}

export function runGuard(folder: string): ChildProcess {
  const child = spawn(process.execPath, [path.join(__dirname, "guard.cjs"), folder], {
    cwd: "/",
    env: {},
    // Detached: it has to survive what ends our terminal and our process group.
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  return child;
}

export async function endGuard(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.ref();
  const exited = once(child, "exit");
  child.stdin!.end();
  await exited;
}

/** Whether it has begun; false when it ended before. */
async function isReady(child: ChildProcess): Promise<boolean> {
  const ended = once(child, "exit").then(() => false);
  return Promise.race([once(child.stdout!, "data").then(() => true), ended]);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
