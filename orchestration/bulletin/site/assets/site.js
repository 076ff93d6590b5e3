"use strict";
// Sorting and filtering of tables that are readable without: what is clicked here is put in by this script alone.
(() => {
  const text = (cell) => cell.dataset.v ?? cell.textContent.trim();

  // Numbers before words, what is blank last, whichever way.
  const compare = (a, b, sign) => {
    const blank = (value) => value === "" || value === "—";
    if (blank(a) || blank(b)) return blank(a) - blank(b);
    const [x, y] = [Number(a), Number(b)];
    const numbers = !Number.isNaN(x) && !Number.isNaN(y);
    return sign * (numbers ? x - y : a.localeCompare(b, "zh-Hans-CN"));
  };

  const sort = (table, header) => {
    const index = [...header.parentElement.children].indexOf(header);
    const first = header.dataset.first === "descending" ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = header.getAttribute("aria-sort") === first ? other : first;
    for (const each of header.parentElement.children) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
      rows.sort((a, b) => compare(text(a.cells[index]), text(b.cells[index]), sign));
      body.append(...rows);
    }
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.setAttribute("aria-label", `按“${header.textContent.trim()}”排序`);
      button.addEventListener("click", () => sort(table, header));
      header.append(button);
    }
  }

  for (const form of document.querySelectorAll("form.filter")) {
    const table = document.getElementById(form.dataset.table);
    const told = form.querySelector("[role=status]");
    const filter = () => {
      const { name, group, status } = Object.fromEntries(new FormData(form));
      let shown = 0;
      for (const body of table.tBodies) {
        const isOther = group && body.dataset.group !== group;
        let here = 0;
        for (const row of body.rows) {
          if (row.classList.contains("group")) continue;
          const isNamed = !name || row.dataset.name.includes(name.trim());
          const hasStatus = !status || row.querySelector(`.${status}`);
          row.hidden = Boolean(isOther || !isNamed || !hasStatus);
          here += !row.hidden;
        }
        body.hidden = here === 0;
        shown += here;
      }
      told.textContent = `共 ${shown} 家`;
    };
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
})();
