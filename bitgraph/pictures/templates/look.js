// Tells what is alive at the place that is looked at.
const SHOWN = 12;

function moveCursor(chart) {
  if (!chart.cursor) return;
  const at = chart.x(chart.place + 0.5);
  chart.cursor.setAttribute("x1", at);
  chart.cursor.setAttribute("x2", at);
}

function lookAt(chart, place) {
  if (!chart.live.length) return;
  chart.place = Math.min(Math.max(Math.floor(place), 0), chart.live.length - 1);
  moveCursor(chart);
  const node = data.names[chart.nodes[chart.place]] || "(no name)";
  const operator = data.names[chart.operators[chart.place]];
  const live = chart.live[chart.place];
  chart.plot.setAttribute("aria-valuenow", chart.place + 1);
  chart.plot.setAttribute("aria-valuetext", `${operator} ${node}, ${mib(live)} alive`);
  chart.alive.replaceChildren();
  const line = html("p", "", chart.alive);
  html("b", mib(live), line, "live");
  line.append(` alive at node ${chart.place + 1} of ${chart.live.length}, `);
  html("b", operator, line);
  line.append(` ${node}${chart.place < chart.forward ? ", forward" : ", backward"}${measuredThere(chart)}`);
  listTensors(chart);
}

function measuredThere(chart) {
  const bytes = chart.samples && chart.samples[chart.place];
  return bytes === null || bytes === undefined ? "" : `; measured ${mib(bytes)}`;
}

function listTensors(chart) {
  const there = chart.tensors.filter(([, , , born, dies]) => born <= chart.place && chart.place <= dies);
  const list = html("ul", "", chart.alive);
  for (const [name, others, bytes, , , band] of there.slice(0, SHOWN)) {
    const item = html("li", "", list);
    html("i", "", item, "swatch").style.background = color(chart, band);
    const label = html("span", data.names[name] + (others ? ` (+${others} in its place)` : ""), item);
    label.title = data.names[name];
    html("b", mib(bytes), item);
  }
  const scratch = chart.bands.findIndex((band) => band.kind === "scratch");
  if (chart.lives[scratch][chart.place]) {
    const item = html("li", "", list);
    html("i", "", item, "swatch").style.background = color(chart, scratch);
    html("span", "scratch memory of the node", item);
    html("b", mib(chart.lives[scratch][chart.place]), item);
  }
  const rest = there.length - SHOWN;
  if (rest > 0 || chart.leftOut) html("p", `and ${Math.max(rest, 0)}${chart.leftOut ? " or more" : ""} smaller ones`, chart.alive, "muted");
}
