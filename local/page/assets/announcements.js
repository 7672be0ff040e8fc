import { element, make, named } from "./elements.js";

const mostShown = 200;
const list = element("announcements");
const none = element("announcements-none");

/** @import { Arrived } from "../messages" */
/** Those that came since the last frame. @type {Arrived[]} */
let fresh = [];

/** All that came so far, oldest first. @param {readonly Arrived[]} all */
export function showAnnouncements(all) {
  fresh = [];
  list.replaceChildren(...all.map((one) => itemOf(one, "")).reverse());
  none.hidden = all.length > 0;
}

/** A new one; drawn with the next frame, because hundreds may come at once. @param {Arrived} one */
export function announce(one) {
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

/** @param {Arrived} arrived @param {string} className */
function itemOf({ at, event }, className) {
  const { prefix, fileCount, trigger, held, sequence } = event.detail;
  const files = `${fileCount} file${fileCount === 1 ? "" : "s"}`;
  const why = ` ${files}, by ${trigger}${held ? ", held" : ""}, number ${sequence}`;
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
