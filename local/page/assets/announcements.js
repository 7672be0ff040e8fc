import { element, make, named, setText } from "./elements.js";

const mostShown = 200;
const list = element("announcements");
const none = element("announcements-none");

/** @import { Arrived } from "../messages" */
/** Those that came since the last frame. @type {Arrived[]} */
let fresh = [];
/** What a screen reader says at most once a second: of hundreds at once, it must not read out each. */
const said = element("announcements-said");
/** Those that were not said yet. @type {Arrived[]} */
let unsaid = [];

/** All that came so far, oldest first. @param {readonly Arrived[]} all */
export function showAnnouncements(all) {
  fresh = [];
  list.replaceChildren(...all.map((one) => itemOf(one, "")).reverse());
  none.hidden = all.length > 0;
}

/** A new one; drawn with the next frame, because hundreds may come at once. @param {Arrived} one */
export function announce(one) {
  if (unsaid.push(one) === 1) setTimeout(say, 1_000);
  if (fresh.push(one) > 1) return;
  requestAnimationFrame(() => {
    list.prepend(
      ...fresh
        .slice(-mostShown)
        .map((each) => itemOf(each, "new"))
        .reverse(),
    );
    fresh = [];
    while (list.children.length > mostShown) list.lastElementChild?.remove();
    none.hidden = true;
  });
}

function say() {
  const last = /** @type {Arrived} */ (unsaid.at(-1));
  const { prefix, sequence } = last.event.detail;
  const others = unsaid.length > 1 ? `${unsaid.length} batches, the last one ` : "";
  setText(said, `Announced: ${others}${named(prefix)}, ${filesOf(last)}, number ${sequence}`);
  unsaid = [];
}

/** @param {Arrived} arrived */
function filesOf({ event }) {
  const { fileCount } = event.detail;
  return `${fileCount} file${fileCount === 1 ? "" : "s"}`;
}

/** @param {Arrived} arrived @param {string} className */
function itemOf(arrived, className) {
  const { at, event } = arrived;
  const { prefix, trigger, held, sequence } = event.detail;
  const why = ` ${filesOf(arrived)}, by ${trigger}${held ? ", held" : ""}, number ${sequence}`;
  const time = make("time", "", new Date(at).toLocaleTimeString("en-GB"));
  const details = make(
    "details",
    "",
    make("summary", "", time, " ", make("strong", "", named(prefix)), make("span", "why", why)),
  );
  // The JSON of hundreds would be a large page; it is there once somebody asks.
  details.addEventListener(
    "toggle",
    () => {
      const json = make("pre", "", JSON.stringify(event, null, 2));
      json.tabIndex = 0;
      details.append(json);
    },
    { once: true },
  );
  return make("li", className, details);
}
