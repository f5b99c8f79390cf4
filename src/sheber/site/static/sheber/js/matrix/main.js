// The competence matrix: puts the parts together. The server has drawn a plain table; here it becomes a grid.

import { listenClipboard } from "./clipboard.js";
import { createConflict } from "./conflict.js";
import { createFilters } from "./filters.js";
import { createFocus } from "./focus.js";
import { listen } from "./keys.js";
import { createPanel } from "./panel.js";
import { createGrid } from "./render.js";
import { createSaver } from "./save.js";
import { createState, keyOf, partsOf } from "./state.js";
import { createStatus } from "./status.js";
import { createTotals } from "./totals.js";
import { fill, pageData } from "./words.js";

const data = pageData("matrix-data");
const strings = pageData("matrix-strings");
const { items, courses, levels, editable } = data;
const table = document.getElementById("matrix");
const state = createState(data.cells);
const grid = createGrid({ table, courses, items, state, strings, editable });

// The level of a cell that had none: the one given last, so that a run of T3 needs the 3 once. An introduction begins at 1.
const typed = { mode: "T", level: 2 };
let saver = null;

const status = createStatus({ strings, locale: data.locale, retry: () => saver.resume() });
const covered = document.getElementById("matrix-covered");
const totals = createTotals({
  state, items, table,
  covered: (met, asked) => { covered.textContent = fill(strings.covered, { n: met, total: asked }); },
});
const focus = createFocus({ grid, items, onMove: (here) => panel.show(here) });

const chosen = () => {
  const { courses: rows, columns } = focus.range();
  return rows.flatMap((course) => columns.map((column) => keyOf(course, items[column].code)));
};

/** Say what is in the cell now, or how many cells changed. */
function tell(n, sentence = strings.changed_cells) {
  const here = focus.here();
  if (n === 1 && here) status.said(grid.sentence(here.course, here.column));
  else status.said(n ? fill(sentence, { n }) : strings.nothing_changed);
}

const edit = {
  mode(mode) {
    if (!allowed()) return;
    typed.mode = mode;
    tell(state.change(chosen().map((key) => {
      const cell = state.get(key);
      return [key, { mode, level: cell ? cell.level : mode === "I" ? 1 : typed.level, by: cell?.by || "" }];
    })));
  },
  level(level) {
    if (!allowed()) return;
    typed.level = level;
    const keys = chosen();
    const filled = keys.filter((key) => state.get(key));
    const wanted = filled.length ? filled : keys.length === 1 ? keys : [];
    tell(state.change(wanted.map((key) => {
      const cell = state.get(key);
      return [key, { mode: cell?.mode || typed.mode, level, by: cell?.by || "" }];
    })));
  },
  clear() {
    if (allowed()) tell(state.change(chosen().map((key) => [key, null])));
  },
  by(key, text) {
    const cell = state.get(key);
    if (cell && allowed()) state.change([[key, { ...cell, by: text }]]);
  },
};

function allowed() {
  if (!editable) status.said(strings.read_only);
  return editable;
}

function travel(way) {
  if (!allowed()) return;
  const keys = state[way]();
  if (!keys.length) {
    status.said(strings[`nothing_to_${way}`]);
    return;
  }
  const { course, item } = partsOf(keys[0]);
  if (!grid.row(course).hidden) focus.go(course, grid.columnOf(item), { take: table.contains(document.activeElement) });
  tell(keys.length, strings[way === "undo" ? "undone" : "redone"]);
}

const panel = createPanel({
  root: document.getElementById("matrix-panel"), state, grid, items, strings, levels, editable, edit,
  onClose: () => focus.focus(),
});
const undo = document.getElementById("matrix-undo");
const redo = document.getElementById("matrix-redo");

let planned = false;
state.onChange((keys) => {
  grid.paintKeys(keys);
  panel.refresh();
  if (planned) return;
  planned = true;
  window.requestAnimationFrame(() => {       // a letter paints its cell at once; the sums follow before the next frame
    planned = false;
    totals.recount();
    undo?.setAttribute("aria-disabled", String(!state.canUndo()));
    redo?.setAttribute("aria-disabled", String(!state.canRedo()));
  });
});

function showFindings(findings) {
  grid.setFindings(findings);
  panel.refresh();
  const list = document.getElementById("matrix-findings");
  const model = document.getElementById("matrix-finding");
  list.replaceChildren(...findings.map((finding) => {
    const li = model.content.cloneNode(true).firstElementChild;
    for (const sign of li.querySelectorAll("[data-severity]")) if (sign.dataset.severity !== (finding.severity === "error" ? "bad" : "warn")) sign.remove();
    const place = li.querySelector("[data-part=place]");
    place.textContent = finding.place;
    if (finding.cell) place.dataset.cell = finding.cell;
    if (finding.cell) place.href = `?cell=${encodeURIComponent(finding.cell)}`;
    else place.removeAttribute("href");
    li.querySelector("[data-part=reason]").textContent = finding.reason;
    return li;
  }));
  document.getElementById("matrix-findings-count").textContent = fill(strings.findings_in_cells, { n: findings.filter((one) => one.cell).length, total: findings.length });
  document.getElementById("matrix-no-findings").hidden = findings.length > 0;
}

const filters = createFilters({ form: document.getElementById("matrix-filters"), table, grid, state, onChange: () => focus.settle() });

function openCell(key, { take = true } = {}) {
  const { course, item } = partsOf(key);
  const row = grid.row(course);
  const column = grid.columnOf(item);
  if (!row || column === undefined) return false;
  if (row.hidden) filters.clear();
  focus.go(course, column, { take });
  panel.open();
  const centre = () => grid.td(course, column).scrollIntoView({ block: "center", inline: "center" });
  centre();
  // A font that comes late makes rows higher: the cell must not slip away.
  if (document.fonts.status === "loading") document.fonts.ready.then(centre);
  return true;
}

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
table.parentElement.tabIndex = -1;                       // the grid itself is the one tab stop
document.querySelector("#matrix-filters input[name=show]").disabled = false;
grid.becomeGrid();
grid.setFindings(data.findings);
filters.apply();
const asked = new URL(window.location.href).searchParams.get("cell");
if (!asked || !openCell(asked)) {
  focus.go(grid.shownCourses()[0] || courses[0]?.code, 0, { take: false });
  if (asked) status.refuse(strings.no_such_cell_title, [fill(strings.no_such_cell, { cell: asked.replace("~", " × ") })]);
}

if (editable) {
  const conflict = createConflict({ banner: document.getElementById("matrix-stale"), state, strings, onSettled: (version) => saver.resume(version) });
  saver = createSaver({
    state, url: data.saveUrl, editVersion: data.editVersion,
    csrf: () => /(?:^|; )(?:__Host-)?sheber_csrf=([^;]*)/.exec(document.cookie)?.[1] || data.csrf,
    show: status.saving,
    onSaved(answer) {
      showFindings(answer.findings);
      if (!state.unsaved().length) totals.fromServer(answer.totals);
    },
    onStale(answer) {
      panel.hide();
      conflict.show(answer);
    },
  });
}

listen({
  table, focus, items, grid,
  act: {
    ...edit,
    undo: () => travel("undo"),
    redo: () => travel("redo"),
    open: () => panel.open({ take: true }),
    collapse: () => { const here = focus.here(); focus.go(here.course, here.column); },
    selectAll: () => {
      const shown = grid.shownCourses();
      focus.go(shown[0], 0);
      focus.go(shown[shown.length - 1], items.length - 1, { stretch: true });
    },
  },
});
listenClipboard({ table, focus, grid, items, state, strings, editable, refuse: status.refuse, said: status.said });

// Mouse: press and drag chooses a range; a click or a tap opens the panel.
let dragging = false;
table.addEventListener("mousedown", (event) => {
  const place = event.button === 0 && grid.cellOf(event.target);
  if (!place) return;
  event.preventDefault();
  dragging = true;
  focus.go(place.course, place.column, { stretch: event.shiftKey });
});
table.addEventListener("mouseover", (event) => {
  if (!dragging || !(event.buttons & 1)) return;
  const place = grid.cellOf(event.target);
  if (place) focus.go(place.course, place.column, { stretch: true });
});
document.addEventListener("mouseup", () => { dragging = false; });
table.addEventListener("click", (event) => {
  const place = grid.cellOf(event.target);
  if (place && !event.shiftKey) panel.open();
});
table.addEventListener("focusin", (event) => {          // screen readers put the focus on a cell themselves
  const place = grid.cellOf(event.target);
  const here = focus.here();
  if (place && (here?.course !== place.course || here.column !== place.column)) focus.go(place.course, place.column, { take: false });
});
undo?.addEventListener("click", () => travel("undo"));
redo?.addEventListener("click", () => travel("redo"));
document.getElementById("matrix-findings").addEventListener("click", (event) => {
  const key = event.target.closest("[data-cell]")?.dataset.cell;
  if (key && openCell(key)) event.preventDefault();
});
document.getElementById("matrix-counts")?.addEventListener("click", (event) => {
  const shown = table.classList.toggle("with-counts");
  event.currentTarget.setAttribute("aria-pressed", String(shown));
});
// The sheet at the bottom, a turned tablet or an opened keyboard make the grid lower: the cell one works in stays in sight.
new ResizeObserver(() => {
  const here = focus.here();
  if (!here || !panel.isOpen()) return;
  table.parentElement.scrollIntoView({ block: "nearest" });
  grid.td(here.course, here.column).scrollIntoView({ block: "nearest", inline: "nearest" });
}).observe(table.parentElement);
document.documentElement.dataset.matrix = "ready";
