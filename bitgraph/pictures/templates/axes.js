// Round numbers for an axis, and the room that its labels take.
const MARGIN = { left: 52, right: 10, top: 22, bottom: 22 };

function ticks(low, high, count) {
  const span = Math.max(high - low, 1e-9);
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) found.push(tick);
  return found.map((tick) => Number(tick.toFixed(9)));
}

function frame(plot) {
  const { width, height } = plot.getBoundingClientRect();
  return { width, height, left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
}

function scale(from, to, low, high) {
  return (value) => low + ((value - from) / (to - from || 1)) * (high - low);
}

// A grid line and a label for each round number of MiB.
function memoryAxis(root, box, y, highest) {
  for (const tick of ticks(0, highest / MIB, 5)) {
    const at = y(tick * MIB);
    svg("line", { class: "grid", x1: box.left, x2: box.right, y1: at, y2: at }, root);
    svg("text", { x: box.left - 6, y: at + 4, "text-anchor": "end" }, root, tick.toLocaleString("en"));
  }
  svg("text", { x: 4, y: 13 }, root, "MiB");
}
