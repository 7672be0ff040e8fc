import { element, input } from "./elements.js";

/** @typedef {{ name: string, content: Blob }} Upload a path below the prefix, and what is in it */

const atOnce = 6;
const area = element("drop");
const files = input("files");
const result = element("upload-result");

element("choose").addEventListener("click", () => files.click());
files.addEventListener("change", () => {
  void upload([...(files.files ?? [])].map((file) => ({ name: file.name, content: file })));
  files.value = "";
});
element("sample").addEventListener("click", () => {
  // Other names each time: the same file again would be an overwrite.
  const run = new Date().toISOString().slice(11, 19).replace(/:/g, "");
  void upload(
    Array.from({ length: 24 }, (_, i) => ({
      name: `${run}-well-${String(i + 1).padStart(2, "0")}.csv`,
      content: new Blob([`well,value\n${i + 1},${i * i}\n`]),
    })),
  );
});
for (const type of ["dragenter", "dragover"]) {
  area.addEventListener(type, (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
}
for (const type of ["dragleave", "drop"]) {
  area.addEventListener(type, () => area.classList.remove("over"));
}
area.addEventListener("drop", (event) => {
  event.preventDefault();
  void dropped(/** @type {DataTransfer} */ (event.dataTransfer)).then(upload);
});

/** @param {boolean} canUpload */
export function prepareUpload(canUpload) {
  for (const id of ["choose", "sample"]) element(id).toggleAttribute("disabled", !canUpload);
  if (!canUpload) say("Nothing can be uploaded: the events are recorded ones.", false);
}

/** Files, and all files below folders. @param {DataTransfer} transfer @returns {Promise<Upload[]>} */
async function dropped(transfer) {
  // Read before the first wait: the list is empty afterwards.
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files].map((file) => uploadOf(file.name, file));
  return (await Promise.all(entries.map(below))).flat();
}

/** @param {FileSystemEntry} entry @returns {Promise<Upload[]>} */
async function below(entry) {
  if (entry.isFile) {
    const one = /** @type {FileSystemFileEntry} */ (entry);
    /** @type {File} */
    const file = await new Promise((resolve, reject) => one.file(resolve, reject));
    return [uploadOf(entry.fullPath.replace(/^\//, ""), file)];
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

/** @param {string} name @param {Blob} content @returns {Upload} */
function uploadOf(name, content) {
  return { name, content };
}

/** @param {Upload[]} uploads */
async function upload(uploads) {
  const folder = input("folder")
    .value.replace(/^\/+/, "")
    .replace(/([^/])$/, "$1/");
  const waiting = [...uploads];
  let done = 0;
  /** @type {string[]} */
  const problems = [];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const problem = await put(`${folder}${one.name}`, one.content);
      if (problem === undefined) done++;
      else problems.push(problem);
      say(`${done} of ${uploads.length} uploaded to ${folder}`, false);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (problems.length > 0) say(`${problems.length} not uploaded: ${problems[0]}`, true);
}

/** What went wrong, if anything did. @param {string} key @param {Blob} content */
async function put(key, content) {
  try {
    const address = `/objects/${key.split("/").map(encodeURIComponent).join("/")}`;
    const response = await fetch(address, { method: "PUT", body: content });
    return response.ok ? undefined : await response.text();
  } catch (error) {
    return String(error);
  }
}

/** @param {string} words @param {boolean} isProblem */
function say(words, isProblem) {
  result.textContent = words;
  result.classList.toggle("problem", isProblem);
}
