import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { watch, type FSWatcher } from "chokidar";

/** A file of the folder that is complete. */
export interface WrittenFile {
  /** Its path inside the folder, with `/`. */
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

export interface BucketFolderOptions {
  readonly folder: string;
  readonly onWritten: (file: WrittenFile) => void;
  readonly onError: (error: Error) => void;
  /**
   * A file is complete when its size has not changed for so many milliseconds: a slow writer may pause.
   * @default 600
   */
  readonly completeAfterMs?: number;
}

/** Larger files get an etag of the form of multipart uploads, which is no hash of their content. */
const largestHashed = 64 * 1024 * 1024;

/**
 * A folder in the place of the bucket. Each file becomes one object event when it is complete, by
 * whatever way it came; what is there at the start is not new. Overwriting a file is a new event.
 */
export class BucketFolder {
  readonly #options: BucketFolderOptions;
  #watcher: FSWatcher | undefined;

  constructor(options: BucketFolderOptions) {
    this.#options = options;
  }

  /** Resolves when files written from now on are seen. Makes the folder when there is none. */
  async start(): Promise<void> {
    const { folder, onError, completeAfterMs = 600 } = this.#options;
    fs.mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, {
      ignoreInitial: true,
      ignored: (file) => file !== folder && isTemporary(path.basename(file)),
      // Its own list of editors' files has `~` backups, which are objects like any other.
      atomic: false,
      awaitWriteFinish: { stabilityThreshold: completeAfterMs, pollInterval: 100 },
      alwaysStat: true,
    });
    this.#watcher = watcher;
    for (const event of ["add", "change"] as const) {
      watcher.on(event, (file) => void this.#report(file));
    }
    watcher.on("error", (error) => onError(error as Error));
    await new Promise<void>((resolve) => watcher.once("ready", resolve));
  }

  async stop(): Promise<void> {
    await this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #report(file: string): Promise<void> {
    const { folder, onWritten, onError } = this.#options;
    try {
      const stats = await fs.promises.stat(file);
      if (!stats.isFile()) return;
      const key = path.relative(folder, file).split(path.sep).join("/");
      const etag = await etagOf(file, stats);
      if (this.#watcher) onWritten({ key, size: stats.size, etag });
    } catch (error) {
      // Gone again: no object came to be.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") onError(error as Error);
    }
  }
}

/**
 * Files by which programs prepare the one that counts: rsync's `.name.XXXXXX` (its random part has an
 * upper-case letter or a digit in all but one of 200 cases; without, it could be an ending such as
 * `.backup`), vim's swap files, Emacs' locks, GNOME's and NFS's, and what macOS keeps about folders.
 */
export function isTemporary(name: string): boolean {
  return (
    /^\..+\.(?=[^.]*[A-Z0-9])[A-Za-z0-9]{6}$/.test(name) ||
    /^\..*\.sw[a-z]$/.test(name) ||
    /^\.#/.test(name) ||
    /^\.goutputstream-/.test(name) ||
    /^\.nfs[0-9a-f]{8,}$/.test(name) ||
    name === ".DS_Store"
  );
}

async function etagOf(file: string, { size, mtimeMs }: fs.Stats): Promise<string> {
  const hash = createHash("md5");
  if (size > largestHashed) return `${hash.update(`${size} ${mtimeMs}`).digest("hex")}-2`;
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest("hex");
}
