// Draws the plans as points between memory and time.
function drawFront() {
  const plot = document.querySelector(".pareto .plot");
  if (!plot || !data.front.length) return;
  const box = frame(plot);
  if (box.right <= box.left) return;
  const others = [data.stock, data.chosen, data.measured].filter(Boolean);
  const times = [...data.front, ...others].map(([time]) => time);
  const peaks = [...data.front, ...others].map(([, peak]) => peak);
  const [low, high] = [Math.min(...times), Math.max(...times)];
  const pad = Math.max((high - low) * 0.06, 0.02);
  const x = scale(low - pad, high + pad, box.left, box.right);
  const y = scale(0, 1.08 * Math.max(...peaks), box.bottom, box.top);
  const root = svg("svg", { "aria-hidden": "true", viewBox: `0 0 ${box.width} ${box.height}` });
  memoryAxis(root, box, y, 1.08 * Math.max(...peaks));
  for (const tick of ticks(low - pad, high + pad, Math.max(2, Math.floor(box.width / 110)))) {
    svg("text", { x: x(tick), y: box.bottom + 16, "text-anchor": "middle" }, root, `${tick.toFixed(2)} ×`);
  }
  svg("text", { x: box.right, y: 13, "text-anchor": "end" }, root, "time of a step, × stock's");
  svg("polyline", { class: "front", points: data.front.map(([time, peak]) => `${x(time)},${y(peak)}`).join(" ") }, root);
  for (const [time, peak, budget] of data.front) {
    const point = svg("circle", { class: "point", cx: x(time), cy: y(peak), r: 4 }, root);
    svg("title", {}, point, `${budget}: ${mib(peak)}, ${time.toFixed(2)} × the time`);
  }
  // Left of a plan and below it there is no other: its label has room there, unless it is at the border.
  const marked = (kind, [time, peak], text, above, besides) => {
    svg("circle", { class: kind, cx: x(time), cy: y(peak), r: 7 }, root);
    const onLeft = x(time) > (box.left + box.right) / 2 || (besides && x(time) - box.left > 150);
    svg("text", { x: x(time) + (onLeft ? -11 : 11), y: y(peak) + (above ? -8 : 16), "text-anchor": onLeft ? "end" : "start" }, root, text);
  };
  marked("point", data.stock, `stock, ${mib(data.stock[1])}`, false);
  marked("chosen", data.chosen, `chosen, ${mib(data.chosen[1])}`, true);
  if (data.measured) marked("found", data.measured, `measured, ${mib(data.measured[1])}`, false, true);
  plot.replaceChildren(root);
}
drawFront();
