// Filter, sort and copy. Everything is readable without it; data is only ever set as text.
"use strict";

const SHORT = 10;
const language = document.documentElement.lang;

for (const section of document.querySelectorAll(".findings:has(.filter)")) {
  makeFilter(section);
}
for (const rule of document.querySelectorAll(".rule")) {
  const table = rule.querySelector("table");
  if (table) {
    makeSortable(table);
    makeShort(rule, table);
    makeCopy(rule.querySelector(".copy"), table);
  }
}

function rowsOf(table) {
  return [...table.tBodies[0].rows];
}

function makeFilter(section) {
  const filter = section.querySelector(".filter");
  const [text, kind, column] = [".by-text", ".by-kind", ".by-column"].map((name) => filter.querySelector(name));
  const nothing = filter.querySelector(".nothing");
  filter.hidden = false;
  filter.addEventListener("input", () => {
    const sought = text.value.trim().toLocaleLowerCase(language);
    const filtering = Boolean(sought || kind.value || column.value);
    let left = 0;
    for (const rule of section.querySelectorAll(".rule")) {
      let shown = 0;
      for (const row of rule.querySelectorAll("tbody tr")) {
        row.hidden = !(
          (!kind.value || row.dataset.kind === kind.value) &&
          (!column.value || row.dataset.column === column.value) &&
          row.textContent.toLocaleLowerCase(language).includes(sought)
        );
        shown += !row.hidden;
      }
      rule.hidden = filtering && shown === 0;
      rule.classList.toggle("filtered", filtering);
      left += shown;
    }
    nothing.textContent = filtering && left === 0 ? nothing.dataset.none : "";
  });
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) {
        other.removeAttribute("aria-sort");
      }
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = rowsOf(table).sort((a, b) => (down ? compare(b, a, place) : compare(a, b, place)));
      table.tBodies[0].append(...rows);
    });
  });
}

function compare(a, b, place) {
  if (place === 0) {
    return a.dataset.place - b.dataset.place;
  }
  return a.cells[place].textContent.localeCompare(b.cells[place].textContent, language, { numeric: true });
}

function makeShort(rule, table) {
  if (table.tBodies[0].rows.length <= SHORT) {
    return;
  }
  const all = rule.querySelector(".all");
  table.classList.add("short");
  all.hidden = false;
  all.addEventListener("click", () => {
    table.classList.remove("short");
    all.hidden = true;
  });
}

function makeCopy(button, table) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const rows = [table.tHead.rows[0], ...rowsOf(table).filter((row) => !row.hidden)];
    const csv = rows.map((row) => [...row.cells].map(cell).join(";") + "\r\n").join("");
    button.textContent = (await copied(csv)) ? button.dataset.done : button.dataset.failed;
    setTimeout(() => (button.textContent = label), 2000);
  });
}

// What begins like a formula gets an apostrophe in front, so that no spreadsheet runs it.
function cell(td) {
  const text = td.textContent.trim().replace(/\s+/g, " ");
  const safe = /^\s*[=+\-@＝＋－＠]/.test(text) ? "'" + text : text;
  return '"' + safe.replaceAll('"', '""') + '"';
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedTheOldWay(text);
  }
}

function copiedTheOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
