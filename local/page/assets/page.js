// The live page: one feed of events from the stack, and a part of the page for each kind of news.
import { announce, showAnnouncements } from "./announcements.js";
import { addPoint, showHistory } from "./charts.js";
import { element, seconds } from "./elements.js";
import { showLetters } from "./letters.js";
import { setPrefixes, updatePrefixes } from "./prefixes.js";
import { showStations } from "./stations.js";
import { showThresholds } from "./thresholds.js";
import { prepareUpload } from "./upload.js";

/** @import { Messages, Tick } from "../messages" */

const status = element("status");

const feed = new EventSource("/feed");
/**
 * @template {keyof Messages} Type
 * @param {Type} type
 * @param {(data: Messages[Type]) => void} listener
 */
function on(type, listener) {
  feed.addEventListener(type, (event) => {
    /** @type {unknown} */
    const news = JSON.parse(String(event.data));
    listener(/** @type {Messages[Type]} */ (news));
  });
}

on("stack", ({ bucket, speed, canUpload }) => {
  element("bucket").textContent = `s3://${bucket}`;
  element("speed").textContent = speed === 1 ? "" : `· the clock runs ${speed} times as fast`;
  prepareUpload(canUpload);
  setPrefixes({ speed });
});
on("state", (state) => {
  showThresholds(state.thresholds);
  setPrefixes({ thresholds: state.thresholds, rows: state.prefixes });
  showAnnouncements(state.announcements);
  showHistory(state.history);
  tick(state.tick);
});
on("tick", (news) => {
  addPoint(news.counts);
  tick(news);
});
on("announcement", announce);
on("thresholds", (thresholds) => {
  showThresholds(thresholds);
  setPrefixes({ thresholds });
});
feed.onerror = () => setStatus("away", "The stack has ended, or does not answer");

/** @param {Tick} news */
function tick({ counts, pipeline, deadLetters, changed, gone }) {
  showStations(counts, pipeline);
  updatePrefixes({ now: counts.at, changed, gone, behind: pipeline.behind });
  showLetters(deadLetters);
  element("announcements-count").textContent = counts.published.toLocaleString("en");
  if (pipeline.behind) {
    setStatus("held", `Held: the pipeline is behind, seen for ${seconds(pipeline.heldSeconds)}`);
  } else setStatus("good", "Running");
}

/** Only what is new is said: a screen reader reads every change. @param {string} state @param {string} text */
function setStatus(state, text) {
  const words = state === "held" ? text.replace(/,.*/, "") : text;
  status.dataset["state"] = state;
  status.title = text;
  if (status.textContent !== words) status.textContent = words;
}
