// Draws one step: bands on each other, the measured line, both halves, the peak.
const HIGHEST = 1.06 * Math.max(1, ...data.charts.flatMap((chart) => [chart.live[chart.peak] || 0, chart.measuredPeak || 0]));

const LETTER = 7; // pixels that a letter of the peak's label takes

// Of the nodes that share a pixel the one with the most live bytes is drawn, so that no peak is lost.
function drawnPlaces(chart, pixels) {
  const [first, last] = [Math.floor(chart.view[0]), Math.min(Math.ceil(chart.view[1]), chart.live.length)];
  const each = Math.max(1, Math.floor((last - first) / Math.max(pixels, 1)));
  const places = [];
  for (let start = first; start < last; start += each) {
    let best = start;
    for (let place = start; place < Math.min(start + each, last); place++) {
      if (chart.live[place] > chart.live[best]) best = place;
    }
    places.push([start, Math.min(start + each, last), best]);
  }
  return places;
}

function drawBands(root, chart, places, x, y) {
  const below = new Map(places.map(([, , place]) => [place, 0]));
  chart.lives.forEach((live, band) => {
    const forth = [];
    const back = [];
    for (const [start, end, place] of places) {
      const low = below.get(place);
      const high = low + live[place];
      below.set(place, high);
      const [a, b] = [x(start).toFixed(1), x(end).toFixed(1)];
      forth.push(`${a},${y(high).toFixed(1)} ${b},${y(high).toFixed(1)}`);
      back.push(`${b},${y(low).toFixed(1)} ${a},${y(low).toFixed(1)}`);
    }
    const points = `${forth.join(" ")} ${back.reverse().join(" ")}`;
    const area = svg("polygon", { points, "data-band": band }, root);
    area.style.fill = color(chart, band);
  });
}

function drawMeasured(root, chart, places, box, x, y) {
  if (chart.measuredPeak !== null) {
    const at = y(chart.measuredPeak);
    svg("line", { class: "ceiling", x1: box.left, x2: box.right, y1: at, y2: at }, root);
  }
  if (!chart.samples) return;
  const points = places
    .map(([start, end]) => [(start + end) / 2, Math.max(...chart.samples.slice(start, end).filter((bytes) => bytes !== null))])
    .filter(([, bytes]) => bytes > -Infinity)
    .map(([place, bytes]) => `M${x(place).toFixed(1)} ${y(bytes).toFixed(1)}h0`);
  svg("path", { class: "measured", d: points.join("") }, root);
}

function drawHalves(root, chart, box, x) {
  const at = Math.min(Math.max(x(chart.forward), box.left), box.right);
  svg("rect", { class: "half", x: at, y: box.top, width: box.right - at, height: box.bottom - box.top }, root);
  if (at > box.left && at < box.right) svg("line", { class: "border", x1: at, x2: at, y1: box.top, y2: box.bottom }, root);
  if (at - box.left > 60) svg("text", { x: at - 6, y: 14, "text-anchor": "end" }, root, "forward");
  if (box.right - at > 60) svg("text", { x: at + 6, y: 14 }, root, "backward");
}

function drawPeak(root, chart, box, x, y) {
  const [left, top] = [x(chart.peak + 0.5), y(chart.live[chart.peak] || 0)];
  if (left < box.left || left > box.right || !chart.live.length) return;
  svg("circle", { class: "peak", cx: left, cy: top, r: 5 }, root);
  const name = box.width > 700 ? ` ${data.names[chart.nodes[chart.peak]]}` : "";
  const label = `${mib(chart.live[chart.peak])} at ${data.names[chart.operators[chart.peak]]}${name}`;
  // Off the dashed line: above it where there is room; to the right of the point, else up to the right edge.
  const height = top - box.top > 24 ? top - 10 : top + 20;
  const fits = left + 10 + label.length * LETTER < box.right;
  const place = fits ? { x: left + 10, y: height } : { x: box.right, y: height, "text-anchor": "end" };
  svg("text", { class: "peak-text", ...place }, root, label);
}

function nodeAxis(root, chart, box, x) {
  for (const tick of ticks(chart.view[0], chart.view[1], Math.max(2, Math.floor((box.right - box.left) / 90)))) {
    if (Number.isInteger(tick)) svg("text", { x: x(tick), y: box.bottom + 16, "text-anchor": "middle" }, root, tick.toLocaleString("en"));
  }
}

function draw(chart) {
  const box = frame(chart.plot);
  if (box.right <= box.left) return;
  const x = scale(chart.view[0], chart.view[1], box.left, box.right);
  const y = scale(0, HIGHEST, box.bottom, box.top);
  const root = svg("svg", { "aria-hidden": "true", viewBox: `0 0 ${box.width} ${box.height}`, preserveAspectRatio: "none" });
  const clip = svg("clipPath", { id: `inside-${chart.title}` }, root);
  svg("rect", { x: box.left, y: 0, width: box.right - box.left, height: box.bottom }, clip);
  drawHalves(root, chart, box, x);
  memoryAxis(root, box, y, HIGHEST);
  nodeAxis(root, chart, box, x);
  const inside = svg("g", { "clip-path": `url(#inside-${chart.title})` }, root);
  const places = drawnPlaces(chart, box.right - box.left);
  drawBands(inside, chart, places, x, y);
  drawMeasured(inside, chart, places, box, x, y);
  chart.range = svg("rect", { class: "range", y: box.top, height: box.bottom - box.top, width: 0, x: 0 }, inside);
  chart.cursor = svg("line", { class: "cursor", y1: box.top, y2: box.bottom }, inside);
  drawPeak(root, chart, box, x, y);
  chart.x = x;
  chart.placeAt = (pixel) => {
    const place = scale(box.left, box.right, chart.view[0], chart.view[1])(pixel);
    return Math.min(Math.max(place, chart.view[0]), chart.view[1]);
  };
  chart.plot.replaceChildren(root);
  moveCursor(chart);
}
