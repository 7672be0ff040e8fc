// A batch that is announced goes from one list to the other, to be seen.

const maxAtOnce = 8;
const motion = { duration: 700, easing: "cubic-bezier(0.3, 0, 0.2, 1)" };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {{ item: HTMLElement, place: DOMRect | undefined }[]} arrivals */
export function fly(arrivals) {
  if (calm.matches) return;
  for (const { item, place } of arrivals.slice(-maxAtOnce)) if (place) start(item, place);
}

/** @param {HTMLElement} item @param {DOMRect} from */
function start(item, from) {
  const list = item.closest(".scroll")?.getBoundingClientRect();
  if (!list || from.bottom < 0 || from.top > innerHeight) return;
  const place = item.getBoundingClientRect();
  const isSeen = place.bottom > list.top && place.top < Math.min(list.bottom, innerHeight);
  const flight = document.createElement("div");
  flight.className = "flight";
  flight.setAttribute("aria-hidden", "true");
  for (const part of item.querySelectorAll(".prefix, .why")) flight.append(part.cloneNode(true));
  document.body.append(flight);
  const to = isSeen ? place : edgeOf(list, place.height);
  const flown = flight.animate([frame(from), { ...frame(to), opacity: 0.7 }], motion);
  if (isSeen) item.animate([{ opacity: 0 }, { opacity: 0, offset: 0.8 }, { opacity: 1 }], motion);
  const end = () => flight.remove();
  void flown.finished.then(end, end);
}

/** Where a list begins, or the edge of the window behind which it does. @param {DOMRect} list @param {number} height */
function edgeOf({ left, top, width }, height) {
  return { left, top: Math.min(Math.max(0, top), innerHeight - height), width, height };
}

/** @param {Pick<DOMRect, "left" | "top" | "width" | "height">} place */
function frame({ left, top, width, height }) {
  return {
    transform: `translate(${left}px, ${top}px)`,
    width: `${width}px`,
    height: `${height}px`,
  };
}
