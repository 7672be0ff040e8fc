// When the object events of a batch came, drawn small: from the first one to when the batch closes.

const width = 160;
const height = 20;
const least = 4;
const space = "http://www.w3.org/2000/svg";
/** Back to front. */
const layers = ["whole", "past", "arrivals", "now"];

export function newTimeline() {
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "timeline");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const layer of layers) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("class", layer);
    svg.append(path);
  }
  set(svg, "whole", bar(0, width, height));
  return svg;
}

/**
 * @typedef {{ firstMs: number, endMs: number, now: number, stretchMs: number, arrivals: readonly number[] }} Course
 * @param {SVGElement} svg @param {Course} course
 */
export function drawTimeline(svg, { firstMs, endMs, now, stretchMs, arrivals }) {
  const scale = width / Math.max(1, endMs - firstMs, now - firstMs);
  const most = Math.max(1, ...arrivals);
  const bars = arrivals.map((count, i) => {
    if (count === 0) return "";
    const wide = Math.max(2, stretchMs * scale - 1);
    const left = Math.min(i * stretchMs * scale, width - wide);
    return bar(left, wide, least + ((height - least) * count) / most);
  });
  const at = Math.min(width - 1.5, Math.max(0, (now - firstMs) * scale));
  set(svg, "past", bar(0, at, height));
  set(svg, "arrivals", bars.join(""));
  set(svg, "now", bar(at, 1.5, height));
}

/** From the bottom. @param {number} left @param {number} wide @param {number} high */
function bar(left, wide, high) {
  return `M${left.toFixed(1)} ${height}v${(-high).toFixed(1)}h${wide.toFixed(1)}V${height}z`;
}

/** @param {SVGElement} svg @param {string} layer @param {string} shape */
function set(svg, layer, shape) {
  const path = svg.children[layers.indexOf(layer)];
  if (path?.getAttribute("d") !== shape) path?.setAttribute("d", shape);
}
