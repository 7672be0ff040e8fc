// A batch that is announced goes from one list to the other, to be seen.

const mostAtOnce = 8;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {{ item: HTMLElement, place: DOMRect | undefined }[]} arrivals */
export function fly(arrivals) {
  if (calm.matches) return;
  for (const { item, place } of arrivals.slice(-mostAtOnce)) if (place) start(item, place);
}

/** @param {HTMLElement} item @param {DOMRect} from */
function start(item, from) {
  const to = item.getBoundingClientRect();
  const list = item.closest(".scroll")?.getBoundingClientRect();
  const isSeen = list && to.bottom > list.top && to.top < list.bottom && to.top < innerHeight;
  if (!isSeen || from.bottom < 0 || from.top > innerHeight) return;
  const flight = document.createElement("div");
  flight.className = "flight";
  flight.setAttribute("aria-hidden", "true");
  const name = item.querySelector(".prefix")?.cloneNode(true);
  if (name) flight.append(name);
  document.body.append(flight);
  const options = { duration: 650, easing: "cubic-bezier(0.3, 0, 0.2, 1)" };
  const flown = flight.animate([frame(from), { ...frame(to), opacity: 0.6 }], options);
  item.animate([{ opacity: 0 }, { opacity: 0, offset: 0.7 }, { opacity: 1 }], options);
  const end = () => flight.remove();
  void flown.finished.then(end, end);
}

/** @param {DOMRect} place */
function frame({ left, top, width, height }) {
  return {
    transform: `translate(${left}px, ${top}px)`,
    width: `${width}px`,
    height: `${height}px`,
  };
}
