// What was dropped on the page: files, and all files below folders.

/** @typedef {{ name: string, content: Blob }} Upload A path below the prefix, and what is in it */

/** @param {DataTransfer} transfer @returns {Promise<Upload[]>} */
export async function uploadsOf(transfer) {
  // Read before the first wait: the list is empty afterwards.
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) {
    return [...transfer.files].map((file) => ({ name: file.name, content: file }));
  }
  return (await Promise.all(entries.map(below))).flat();
}

/** @param {FileSystemEntry} entry @returns {Promise<Upload[]>} */
async function below(entry) {
  if (entry.isFile) {
    const one = /** @type {FileSystemFileEntry} */ (entry);
    /** @type {File} */
    const content = await new Promise((resolve, reject) => one.file(resolve, reject));
    return [{ name: entry.fullPath.replace(/^\//, ""), content }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {Upload[]} */
  const all = [];
  for (;;) {
    // A reader gives a hundred at a time, until it gives none.
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...(await Promise.all(some.map(below))).flat());
  }
}
