// What the page shows, unfolded: runs of equal values become one value a node.
const data = JSON.parse(document.getElementById("data").textContent);
const MIB = 1024 * 1024;
const SVG = "http://www.w3.org/2000/svg";

const mib = (bytes) => {
  const size = bytes / MIB;
  return `${size >= 0.1 || !bytes ? size.toFixed(1) : size.toFixed(4)} MiB`;
};

function unfolded(runs, length) {
  const values = new Array(length);
  let place = 0;
  for (let run = 0; run < runs.length; run += 2) values.fill(runs[run + 1], place, (place += runs[run]));
  return values;
}

function color(chart, band) {
  const kind = chart.bands[band].kind;
  return `var(--${kind === "tensor" ? `t${band}` : kind})`;
}

function svg(name, attributes, parent, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

function html(name, text, parent, className) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  if (parent) parent.append(element);
  return element;
}

for (const chart of data.charts) {
  const length = chart.nodes.length;
  chart.lives = chart.bands.map((band) => unfolded(band.live, length));
  chart.live = Array.from({ length }, (_, place) => chart.lives.reduce((sum, live) => sum + live[place], 0));
  chart.peak = chart.live.reduce((best, bytes, place) => (bytes > chart.live[best] ? place : best), 0);
  chart.samples = chart.measured && unfolded(chart.measured, length);
  chart.view = [0, Math.max(length, 1)];
  chart.place = chart.peak;
}
