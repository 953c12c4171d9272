// Pointer and keyboard: look, drag to zoom, step through the nodes.
const FEWEST = 4;
const DRAGGED = 6;

function show(chart, from, to) {
  const length = Math.max(chart.live.length, 1);
  const width = Math.min(Math.max(to - from, Math.min(FEWEST, length)), length);
  const start = Math.min(Math.max(from, 0), length - width);
  chart.view = [start, start + width];
  draw(chart);
}

function zoomBy(chart, factor) {
  const center = chart.place + 0.5;
  const [from, to] = chart.view;
  const within = center >= from && center <= to ? center : (from + to) / 2;
  show(chart, within - (within - from) * factor, within + (to - within) * factor);
}

function goTo(chart, place) {
  const at = Math.min(Math.max(place, 0), Math.max(chart.live.length - 1, 0));
  const [from, to] = chart.view;
  if (at < from || at + 1 > to) show(chart, at - (to - from) / 2, at + (to - from) / 2);
  lookAt(chart, at);
}

const deeds = {
  peak: (chart) => goTo(chart, chart.peak),
  in: (chart) => zoomBy(chart, 0.5),
  out: (chart) => zoomBy(chart, 2),
  all: (chart) => show(chart, 0, chart.live.length),
};

function listenToKeys(chart) {
  chart.plot.addEventListener("keydown", (event) => {
    const far = event.shiftKey || event.key.startsWith("Page") ? 10 : 1;
    const keys = {
      ArrowRight: () => goTo(chart, chart.place + far), ArrowUp: () => goTo(chart, chart.place + far),
      ArrowLeft: () => goTo(chart, chart.place - far), ArrowDown: () => goTo(chart, chart.place - far),
      PageUp: () => goTo(chart, chart.place + far), PageDown: () => goTo(chart, chart.place - far),
      Home: () => goTo(chart, 0), End: () => goTo(chart, chart.live.length - 1),
      p: () => deeds.peak(chart), "+": () => deeds.in(chart), "=": () => deeds.in(chart), "-": () => deeds.out(chart),
      0: () => deeds.all(chart), Escape: () => deeds.all(chart),
    };
    const deed = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    deed();
  });
}

function listenToPointer(chart) {
  let from = null;
  const pixel = (event) => event.clientX - chart.plot.getBoundingClientRect().left;
  const forget = () => {
    from = null;
    chart.range.setAttribute("width", 0);
  };
  chart.plot.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    from = pixel(event);
    chart.plot.setPointerCapture(event.pointerId);
    lookAt(chart, chart.placeAt(from));
  });
  chart.plot.addEventListener("pointermove", (event) => {
    const at = pixel(event);
    lookAt(chart, chart.placeAt(at));
    if (from === null) return;
    chart.range.setAttribute("x", Math.min(from, at));
    chart.range.setAttribute("width", Math.abs(at - from));
  });
  chart.plot.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [first, last] = [from, pixel(event)].sort((a, b) => a - b);
    forget();
    if (last - first > DRAGGED) show(chart, chart.placeAt(first), chart.placeAt(last));
  });
  chart.plot.addEventListener("pointercancel", forget);
  chart.plot.addEventListener("dblclick", () => deeds.all(chart));
}
