// Puts both steps on the page, and the legend that they share.
for (const figure of document.querySelectorAll("figure.memory")) {
  const chart = data.charts[Number(figure.dataset.chart)];
  chart.plot = figure.querySelector(".plot");
  chart.alive = figure.querySelector(".alive");
  draw(chart);
  lookAt(chart, chart.peak);
  listenToKeys(chart);
  listenToPointer(chart);
  for (const button of figure.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => deeds[button.dataset.do](chart));
  }
}

const legend = document.querySelector(".legend");
data.charts[0].bands.forEach((band, index) => {
  if (!data.charts.some((chart) => chart.lives[index].some((bytes) => bytes > 0))) return;
  const item = html("li", "", legend);
  html("i", "", item, "swatch").style.background = color(data.charts[0], index);
  html("span", data.names[band.name], item);
});
if (data.charts.some((chart) => chart.samples)) {
  const item = html("li", "", legend);
  html("i", "", item, "swatch dot");
  html("span", "measured, in samples of a millisecond; dashed: the highest", item);
}

const redraw = () => {
  data.charts.forEach(draw);
  if (typeof drawFront === "function") drawFront();
};
new ResizeObserver(redraw).observe(document.querySelector("main"));
