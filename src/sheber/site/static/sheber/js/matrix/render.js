// Paints cells of the table the server drew. No listener per cell, no element kept per cell: a cell is found by row and column.

import { keyOf } from "./state.js";
import { fill } from "./words.js";

export function createGrid({ table, courses, items, state, strings, editable }) {
  const rowOf = new Map();
  for (const tr of table.tBodies[0].rows) if (tr.dataset.course) rowOf.set(tr.dataset.course, tr);
  const columnOf = new Map(items.map((item, column) => [item.code, column]));
  const titleOf = new Map(courses.map((course) => [course.code, course.title]));
  let findings = new Map();
  let crossed = [];

  const td = (course, column) => rowOf.get(course)?.cells[column + 1];
  const cellOf = (element) => {
    const cell = element.closest?.("td");
    const course = cell?.parentNode.dataset.course;
    return course && table.tBodies[0].contains(cell) ? { course, column: cell.cellIndex - 1 } : null;
  };

  /** The cell in words, as a screen reader hears it and the status line shows it. */
  function sentence(course, column) {
    const item = items[column];
    const key = keyOf(course, item.code);
    const cell = state.get(key);
    const values = { course: titleOf.get(course), item: `${item.code} ${item.title}`, level: cell?.level };
    const said = fill(strings[cell ? `cell_${cell.mode}` : "cell_empty"], values);
    const found = (findings.get(key) || []).map((finding) => finding.label);
    return found.length ? fill(strings.cell_with_findings, { cell: said, findings: found.join("; ") }) : said;
  }

  function paint(course, column) {
    const cell = td(course, column);
    if (!cell) return;
    const key = keyOf(course, items[column].code);
    const value = state.get(key);
    const found = findings.get(key) || [];
    const severe = found.some((finding) => finding.severity === "error");
    cell.classList.toggle("bad", severe);
    cell.classList.toggle("warn", found.length > 0 && !severe);
    if (value) {
      const mark = document.createElement("span");
      mark.className = `mx ${value.mode} l${value.level}`;
      mark.textContent = value.mode + value.level;
      cell.replaceChildren(mark);
    } else {
      cell.replaceChildren();
    }
    if (found.length) {
      const sign = document.createElement("i");
      sign.className = "mx-sign";
      sign.setAttribute("aria-hidden", "true");
      sign.textContent = severe ? "✕" : "!";
      cell.append(sign);
    }
    cell.setAttribute("aria-label", sentence(course, column));
  }

  /** Turn the plain table into a grid with one tab stop. */
  function becomeGrid() {
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    table.setAttribute("aria-readonly", String(!editable));
    table.setAttribute("aria-colcount", String(items.length + 1));
    let index = 0;
    for (const tr of table.rows) {
      index += 1;
      tr.setAttribute("aria-rowindex", String(index));
      const course = tr.dataset.course;
      if (!course) continue;
      tr.cells[0].setAttribute("aria-colindex", "1");
      for (let column = 0; column < items.length; column += 1) {
        const cell = tr.cells[column + 1];
        cell.setAttribute("aria-colindex", String(column + 2));
        cell.setAttribute("aria-label", sentence(course, column));
      }
    }
    table.setAttribute("aria-rowcount", String(index));
  }

  function setFindings(list) {
    const touched = new Set(findings.keys());
    findings = new Map();
    for (const finding of list) {
      if (!finding.cell) continue;
      findings.set(finding.cell, [...(findings.get(finding.cell) || []), finding]);
      touched.add(finding.cell);
    }
    paintKeys([...touched]);
    for (const [item, column] of columnOf) {
      const of = list.filter((finding) => finding.item === item && !finding.cell);
      table.tHead.rows[0].cells[column + 1].classList.toggle("has-finding", of.length > 0);
    }
  }

  function paintKeys(keys) {
    for (const key of keys) {
      const at = key.lastIndexOf("~");
      const column = columnOf.get(key.slice(at + 1));
      if (column !== undefined) paint(key.slice(0, at), column);
    }
  }

  /** The row and the column of the cell where one is: ochre, the colour of "you are here". */
  function cross(course, column) {
    for (const element of crossed) element.classList.remove("cross");
    crossed = [table.tHead.rows[0].cells[column + 1], ...[...rowOf.values()].map((tr) => tr.cells[column + 1]), ...(rowOf.get(course)?.cells || [])];
    for (const element of crossed) element.classList.add("cross");
  }

  return {
    becomeGrid, setFindings, paintKeys, paint, sentence, cross, td, cellOf,
    findingsOf: (key) => findings.get(key) || [],
    columnOf: (item) => columnOf.get(item),
    titleOf: (course) => titleOf.get(course),
    row: (course) => rowOf.get(course),
    /** Courses in the order shown, hidden ones left out. */
    shownCourses: () => [...rowOf].filter(([, tr]) => !tr.hidden).map(([course]) => course),
  };
}
