import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { BucketFolder, type WrittenFile } from "../../start/bucket-folder";
import { waitFor } from "../../support/wait-for";

describe("bucket folder", function () {
  let folder: string;
  let outside: string;
  let bucket: BucketFolder;
  let written: WrittenFile[];

  beforeEach(async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "edp-folder-"));
    folder = path.join(root, "bucket");
    outside = path.join(root, "outside");
    fs.mkdirSync(path.join(folder, "old"), { recursive: true });
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(folder, "old", "there-before.txt"), "old");
    await watchFolder();
  });
  afterEach(async () => {
    await bucket.stop();
    fs.rmSync(path.dirname(folder), { recursive: true, force: true });
  });

  const watchFolder = async (options: { completeAfterMs?: number } = {}) => {
    written = [];
    bucket = new BucketFolder({
      folder,
      onWritten: (file) => written.push(file),
      onError: (error) => {
        throw error;
      },
      ...options,
    });
    await bucket.start();
  };
  const write = (key: string, content = "x") => {
    const file = path.join(folder, ...key.split("/"));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  };
  const keys = () => written.map(({ key }) => key).sort();
  /**
   * What was reported once `expected` has been, and after it a file that is written last, so that
   * what should not have been reported has had its time. In a `folder` that is watched already:
   * files of new folders are found one level after the other, later than one at the top.
   */
  const settle = async ({ expected, folder = "" }: { expected: string[]; folder?: string }) => {
    const last = `${folder}last.txt`;
    await waitFor("what is expected", () => expected.every((key) => keys().includes(key)));
    write(last);
    await waitFor("the last file", () => keys().includes(last));
    return keys().filter((key) => key !== last);
  };

  it("reports new files with key, size and MD5, and not what was there before", async () => {
    write("a/b/one.txt", "hello");

    const expected = ["a/b/one.txt"];
    expect(await settle({ expected, folder: "old/" })).to.deep.equal(expected);
    expect(written.find(({ key }) => key === "a/b/one.txt")).to.deep.equal({
      key: "a/b/one.txt",
      size: 5,
      etag: "5d41402abc4b2a76b9719d911017c592",
    });
  });

  it("takes names as they are", async () => {
    const odd = ["with space.txt", "it's.txt", 'say "x".txt', "🧬.txt", "a+b.txt", "100%20.txt"];
    const more = ["[brackets]*.txt", "backup~", ".hidden", ".config.backup"].concat(odd);
    for (const name of more) write(`odd/${name}`);

    const expected = more.map((name) => `odd/${name}`).sort();
    expect(await settle({ expected })).to.deep.equal(expected);
  });

  it("sees folders moved in and written at once, each file once", async () => {
    for (const name of ["1", "2"]) {
      fs.mkdirSync(path.join(outside, "run", name), { recursive: true });
      for (let file = 0; file < 20; file++) {
        fs.writeFileSync(path.join(outside, "run", name, `${file}.txt`), "x");
      }
    }
    fs.renameSync(path.join(outside, "run"), path.join(folder, "moved"));
    fs.cpSync(path.join(folder, "moved"), path.join(folder, "copied"), { recursive: true });

    const expected = ["moved", "copied"].flatMap((run) =>
      ["1", "2"].flatMap((name) =>
        Array.from({ length: 20 }, (_, file) => `${run}/${name}/${file}.txt`),
      ),
    );
    expect(await settle({ expected })).to.have.members(expected);
  });

  it("waits for a slow writer, and reports its file once, whole", async () => {
    await bucket.stop();
    await watchFolder({ completeAfterMs: 1500 });
    const file = path.join(folder, "slow.txt");
    for (let part = 0; part < 10; part++) {
      fs.appendFileSync(file, "part ");
      await sleep(200); // the writer's own pace: shorter than what counts as complete
      expect(keys()).to.deep.equal([]);
    }

    expect(await settle({ expected: ["slow.txt"] })).to.deep.equal(["slow.txt"]);
    expect(written[0]!.size).to.equal(50);
  });

  it("reports an overwritten file again, also one that was replaced by mv", async () => {
    write("same.txt", "one");
    await waitFor("the first", () => written.length === 1);
    write("same.txt", "three");
    await waitFor("the second", () => written.length === 2);
    fs.writeFileSync(path.join(outside, "same.txt"), "replaced");
    fs.renameSync(path.join(outside, "same.txt"), path.join(folder, "same.txt"));
    await waitFor("the third", () => written.length === 3);

    expect(written.map(({ key, size }) => [key, size])).to.deep.equal([
      ["same.txt", 3],
      ["same.txt", 5],
      ["same.txt", 8],
    ]);
  });

  it("takes rsync's and editors' temporary files and deleted ones for nothing", async () => {
    write("data/kept.txt");
    // As rsync does: writes beside, pauses longer than what counts as complete, renames.
    write("data/.reads.fastq.Xk3f9Q", "content");
    for (const name of [".notes.txt.swp", ".#lock", ".goutputstream-ABC123", ".DS_Store"]) {
      write(`data/${name}`);
    }
    write("data/gone.txt");
    fs.rmSync(path.join(folder, "data", "gone.txt"));
    const expected = ["data/kept.txt"];
    expect(await settle({ expected, folder: "data/" })).to.deep.equal(expected);
    fs.renameSync(
      path.join(folder, "data", ".reads.fastq.Xk3f9Q"),
      path.join(folder, "data", "reads.fastq"),
    );
    await waitFor("the renamed one", () => keys().includes("data/reads.fastq"));

    expect(keys()).to.deep.equal(["data/kept.txt", "data/last.txt", "data/reads.fastq"]);
  });
});
