// Sorts by the column whose title is pressed, and shows the rows that hold what is searched for.
const cellValue = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
};

function sortBy(table, column, title) {
  const numbers = title.classList.contains("number");
  const now = title.getAttribute("aria-sort");
  const downwards = now ? now === "ascending" : numbers;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  title.setAttribute("aria-sort", downwards ? "descending" : "ascending");
  const order = new Intl.Collator("en", { numeric: true }).compare;
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => {
    const [left, right] = [cellValue(a, column), cellValue(b, column)];
    return (numbers ? left - right : order(left, right)) * (downwards ? -1 : 1);
  });
  table.tBodies[0].append(...rows);
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((title, column) => {
    title.querySelector("button")?.addEventListener("click", () => sortBy(table, column, title));
  });
}

for (const input of document.querySelectorAll("[data-search]")) {
  const rows = [...document.getElementById(input.dataset.search).tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const count = document.querySelector(`[data-count="${input.dataset.search}"]`);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word));
      shown += !row.hidden;
    });
    count.textContent = `${shown} of ${rows.length}`;
  });
}
