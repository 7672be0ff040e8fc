import { element, input } from "./elements.js";
import { uploadsOf } from "./dropped.js";
import { number } from "./words.js";

/** @import { Uploaded } from "../messages" */
/** @typedef {import("./dropped.js").Upload} Upload */

const atOnce = 6;
const area = element("drop");
const result = element("upload-result");
const progress = element("upload-progress");
let canUpload = false;

chooseBy("choose", input("files"));
chooseBy("choose-folder", input("folder-files"));
element("sample").addEventListener("click", () => {
  // Other names each time: the same file again would be an overwrite.
  const run = new Date().toISOString().slice(11, 23).replace(/\D/g, "");
  void upload(
    Array.from({ length: 24 }, (_, i) => ({
      name: `${run}-well-${String(i + 1).padStart(2, "0")}.csv`,
      content: new Blob([`well,value\n${i + 1},${i * i}\n`]),
    })),
  );
});

// Anywhere on the page: beside the box the browser would leave the page and open the file.
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    area.classList.toggle("over", canUpload);
  });
}
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (relatedTarget === null) area.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  area.classList.remove("over");
  const { dataTransfer } = event;
  if (dataTransfer && canUpload) void uploadsOf(dataTransfer).then(upload);
});

/** @param {boolean} can */
export function prepareUpload(can) {
  canUpload = can;
  for (const id of ["choose", "choose-folder", "sample"]) {
    element(id).toggleAttribute("disabled", !can);
  }
  say(can ? "" : "Nothing can be uploaded: the events are recorded ones.", false);
}

/** @param {string} button @param {HTMLInputElement} chosen */
function chooseBy(button, chosen) {
  element(button).addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", () => {
    const uploads = [...(chosen.files ?? [])].map((file) => ({
      name: file.webkitRelativePath || file.name,
      content: file,
    }));
    void upload(uploads);
    chosen.value = "";
  });
}

/** @param {Upload[]} uploads */
async function upload(uploads) {
  const folder = input("folder")
    .value.replace(/^\/+/, "")
    .replace(/([^/])$/, "$1/");
  const where = folder === "" ? "the bucket’s root" : folder;
  if (uploads.length === 0) {
    say("There is no file in it.", true);
    return;
  }
  const waiting = [...uploads];
  const ignored = { rule: 0, ingest: 0 };
  let done = 0;
  /** @type {string[]} */
  const problems = [];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const answer = await put(`${folder}${one.name}`, one.content);
      if (typeof answer === "string") problems.push(answer);
      else {
        done++;
        if (answer.ignoredBy) ignored[answer.ignoredBy]++;
      }
      progress.textContent = `${number(done)} of ${number(uploads.length)} uploaded to ${where}`;
    }
  };
  say("", false);
  await Promise.all(Array.from({ length: atOnce }, work));
  progress.textContent = "";
  const words = [
    `${number(done)} uploaded to ${where}`,
    ...(ignored.rule > 0 ? [`${number(ignored.rule)} ignored by the rule`] : []),
    ...(ignored.ingest > 0 ? [`${number(ignored.ingest)} ignored by ingest`] : []),
  ].join(", ");
  if (problems.length === 0) say(words, false);
  else say(`${words}; ${number(problems.length)} not: ${problems[0]}`, true);
}

/**
 * The answer, or what went wrong in words.
 * @param {string} key @param {Blob} content @returns {Promise<Uploaded | string>}
 */
async function put(key, content) {
  const segments = key.split("/");
  // The browser would follow them, and ask for something else.
  if (segments.some((one) => one === "." || one === ".."))
    return `"${key}" has a "." or ".." in it`;
  try {
    const address = `/objects/${segments.map(encodeURIComponent).join("/")}`;
    const response = await fetch(address, { method: "PUT", body: content });
    if (!response.ok) return await response.text();
    /** @type {unknown} */
    const answer = await response.json();
    return /** @type {Uploaded} */ (answer);
  } catch {
    return `the stack does not answer, or "${key}" cannot be read`;
  }
}

/** To screen readers too: not for every file. @param {string} words @param {boolean} isProblem */
function say(words, isProblem) {
  result.textContent = words;
  result.classList.toggle("problem", isProblem);
}
