// The live page: one feed of events from the stack, and a part of the page for each kind of news.
import { announce, showAnnouncedCount, showAnnouncements } from "./announcements.js";
import { addPoint, showHistory } from "./charts.js";
import { element, setText } from "./elements.js";
import { showLetters } from "./letters.js";
import { leavePrefixes, pausePrefixes, setPrefixes, updatePrefixes } from "./prefixes.js";
import { showStations } from "./stations.js";
import { showThresholds } from "./thresholds.js";
import { prepareUpload } from "./upload.js";
import { seconds } from "./words.js";

/** @import { Messages, Tick } from "../messages" */

const status = element("status");
/** A look is told every second: without any for so long, something is wrong. */
const silenceMs = 5_000;
/** The browser itself tries again, unless it was answered by something that is no feed. */
const againMs = 3_000;

/** @type {EventSource | undefined} */
let feed;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

/** @type {{ [Type in keyof Messages]: (data: Messages[Type]) => void }} */
const listeners = {
  stack({ bucket, prefixDepth, speed, canUpload }) {
    element("bucket").textContent = `s3://${bucket}`;
    element("speed").textContent = speed === 1 ? "" : `· the clock runs ${speed} times as fast`;
    for (const each of document.querySelectorAll(".depth")) setText(each, String(prefixDepth));
    prepareUpload(canUpload);
    setPrefixes({ speed });
  },
  state(state) {
    showThresholds(state.thresholds);
    setPrefixes({ thresholds: state.thresholds, rows: state.prefixes });
    showAnnouncements(state.announcements);
    showHistory(state.history);
    tick(state.tick);
  },
  tick(news) {
    addPoint(news.counts);
    tick(news);
  },
  announcement: (arrived) => announce(arrived, leavePrefixes(arrived.event)),
  thresholds(thresholds) {
    showThresholds(thresholds);
    setPrefixes({ thresholds });
  },
};

// A browser has six connections to a host, and a page that nobody sees needs none of them.
document.addEventListener("visibilitychange", connect);
connect();

function connect() {
  feed?.close();
  clearTimeout(silence);
  clearTimeout(again);
  if (document.hidden) return;
  feed = new EventSource("/feed");
  for (const [type, listener] of Object.entries(listeners)) {
    feed.addEventListener(type, (event) => {
      /** @type {unknown} */
      const news = JSON.parse(String(event.data));
      /** @type {(data: unknown) => void} */ (listener)(news);
    });
  }
  feed.onerror = ({ target }) => {
    setStatus("ended", "The stack has ended, or does not answer");
    if (target instanceof EventSource && target.readyState === EventSource.CLOSED) {
      again = setTimeout(connect, againMs);
    }
  };
}

/** @param {Tick} news */
function tick({ counts, pipeline, isDatabaseAway, deadLetters, changed, gone }) {
  clearTimeout(silence);
  silence = setTimeout(() => setStatus("ended", "The stack does not answer"), silenceMs);
  showStations(counts, pipeline);
  updatePrefixes({ now: counts.at, changed, gone, behind: pipeline.behind, isDatabaseAway });
  showLetters(deadLetters, counts.deadLetters);
  showAnnouncedCount(counts.published);
  if (isDatabaseAway) setStatus("away", "The database does not answer");
  // An emitter that has nothing to do does not look, and what the last one saw is long past.
  else if (pipeline.behind && counts.open > 0) {
    setStatus("held", `Held: the pipeline is behind, seen for ${seconds(pipeline.heldSeconds)}`);
  } else setStatus("good", "Running");
}

/** Only what is new is said: a screen reader reads every change. @param {string} state @param {string} text */
function setStatus(state, text) {
  const words = state === "held" ? text.replace(/,.*/, "") : text;
  const isEnded = state === "ended";
  document.body.classList.toggle("ended", isEnded);
  element("ended").hidden = !isEnded;
  pausePrefixes(isEnded);
  status.dataset["state"] = state;
  status.title = text;
  setText(status, words);
}
