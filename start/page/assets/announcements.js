import { element, make, setText } from "./elements.js";
import { fly } from "./flight.js";
import { bytes, clock, named, number, several } from "./words.js";

/** @import { Arrived } from "../messages" */

const maxShown = 200;
const highlightedMs = 3_000;
const list = element("announcements");
const none = element("announcements-none");
/** By what makes each its own: one that is open stays open. @type {Map<string, HTMLElement>} */
let items = new Map();
/** Those that came since the last frame. @type {{ one: Arrived, from: DOMRect | undefined }[]} */
let fresh = [];
/** What a screen reader says at most once a second: of hundreds at once, it must not read out each. */
const said = element("announcements-said");
/** Those that were not said yet. @type {Arrived[]} */
let unsaid = [];

/** What each trigger says of a batch. @type {Record<string, string | undefined>} */
const triggers = {
  "event-count": "it had reached the count of object events",
  duration: "no object event had come for the duration",
  "max-age": "its first object event was as old as the threshold allows",
};

/** All that came so far, oldest first. @param {readonly Arrived[]} all */
export function showAnnouncements(all) {
  fresh = [];
  const before = items;
  items = new Map(all.map((one) => [keyOf(one), before.get(keyOf(one)) ?? itemOf(one)]));
  const wanted = [...items.values()].reverse();
  const isSame =
    wanted.length === list.children.length && wanted.every((item, i) => item === list.children[i]);
  if (!isSame) list.replaceChildren(...wanted);
  none.hidden = all.length > 0;
}

/**
 * A new one; drawn with the next frame, because hundreds may come at once.
 * @param {Arrived} one @param {DOMRect} [from] Where its batch was on the page
 */
export function announce(one, from) {
  if (unsaid.push(one) === 1) setTimeout(say, 1_000);
  if (fresh.push({ one, from }) > 1) return;
  requestAnimationFrame(() => {
    const added = fresh.slice(-maxShown).map(({ one: each, from: place }) => {
      const item = itemOf(each);
      items.set(keyOf(each), item);
      return { item, place };
    });
    fresh = [];
    list.prepend(...added.map(({ item }) => item).reverse());
    for (const { item } of added) highlight(item);
    for (const key of [...items.keys()].slice(0, -maxShown)) {
      items.get(key)?.remove();
      items.delete(key);
    }
    none.hidden = true;
    fly(added);
  });
}

/** @param {number} published */
export function showAnnouncedCount(published) {
  setText(element("announcements-count"), number(published));
  const isMore = published > maxShown && items.size >= maxShown;
  setText(
    element("announcements-more"),
    isMore ? `the last ${number(maxShown)} of ${number(published)}` : "",
  );
}

/** @param {HTMLElement} item */
function highlight(item) {
  item.classList.add("new");
  setTimeout(() => item.classList.remove("new"), highlightedMs);
}

function say() {
  const last = /** @type {Arrived} */ (unsaid.at(-1));
  const { prefix, sequence, fileCount } = last.event.detail;
  const others = unsaid.length > 1 ? `${number(unsaid.length)} batches, the last one ` : "";
  const which = `${named(prefix)}, ${several(fileCount, "file")}, number ${number(sequence)}`;
  setText(said, `Announced: ${others}${which}`);
  unsaid = [];
}

/** @param {Arrived} arrived */
function keyOf({ at, event: { detail } }) {
  return `${at} ${detail.batchId} ${detail.prefix}`;
}

/** @param {Arrived} arrived */
function itemOf({ at, event }) {
  const { prefix, trigger, held, sequence, fileCount, totalBytes, batchId } = event.detail;
  const name = make("span", "prefix", named(prefix));
  name.title = named(prefix);
  const batch = make("span", "mono quiet", `batch …${batchId.slice(-8)}`);
  batch.title = `batchId ${batchId}`;
  const why = make(
    "span",
    "why",
    make("span", `trigger ${trigger}`, trigger),
    ...(held ? [make("span", "trigger was-held", "held")] : []),
    make("span", "", several(fileCount, "file")),
    make("span", "", bytes(totalBytes)),
    make("span", "quiet", `number ${number(sequence)}`),
    batch,
  );
  const summary = make("summary", "", name, make("time", "", clock(at)), why);
  const details = make("details", "", summary);
  // The JSON of hundreds would be a large page; it is there once somebody asks.
  details.addEventListener("toggle", () => details.append(toldOf(event)), { once: true });
  return make("li", "", details);
}

/** @param {Arrived["event"]} event */
function toldOf(event) {
  const { trigger, held } = event.detail;
  const late = held ? ". It was held, because the pipeline was behind" : "";
  const json = make("pre", "", JSON.stringify(event, null, 2));
  json.tabIndex = 0;
  return make(
    "div",
    "told",
    make(
      "p",
      "quiet",
      `The batch closed by ${trigger}: ${triggers[trigger] ?? "see the docs"}${late}.`,
    ),
    json,
  );
}
