// The side panel of one cell (a sheet at the bottom of a narrow screen): the same edits as by keyboard.

import { keyOf } from "./state.js";
import { fill } from "./words.js";

export function createPanel({ root, state, grid, items, strings, levels, editable, edit, onClose }) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const buttons = [...root.querySelectorAll("[data-mode]")];
  const select = part("level");
  const by = part("by");
  let key = null;
  let place = null;

  function show(here) {
    place = here;
    const item = items[here.column];
    key = keyOf(here.course, item.code);
    refresh();
  }

  function refresh() {
    if (!place) return;
    const item = items[place.column];
    const cell = state.get(key);
    part("name").textContent = `${place.course} × ${item.code}`;
    part("course").textContent = grid.titleOf(place.course);
    part("item").textContent = item.title;
    const mark = part("mark");
    mark.className = cell ? `mx ${cell.mode} l${cell.level}` : "mx";
    mark.textContent = cell ? cell.mode + cell.level : "–";
    part("words").textContent = fill(strings[cell ? `panel_${cell.mode}` : "panel_empty"], { level: cell?.level });
    part("required").textContent = item.target === null ? "" : fill(strings.panel_required, { level: item.target, item: item.code });
    part("findings").replaceChildren(...grid.findingsOf(key).flatMap(paragraphs));
    for (const button of buttons) button.setAttribute("aria-pressed", String(cell?.mode === button.dataset.mode));
    select.value = cell ? String(cell.level) : "";
    const level = levels.find((one) => one.level === cell?.level);
    part("meaning").textContent = level ? level.meaning : strings.panel_no_level;
    if (document.activeElement !== by) by.value = cell?.by || "";
    by.disabled = !editable || !cell;
    select.disabled = !editable;
    part("clear").hidden = !editable || !cell;
  }

  function paragraphs(finding) {
    const reason = document.createElement("p");
    reason.className = finding.severity === "error" ? "error" : "error is-warn";
    const sign = part(finding.severity === "error" ? "sign-bad" : "sign-warn").content.cloneNode(true);
    reason.append(sign, document.createTextNode(finding.reason));
    if (!finding.repair) return [reason];
    const repair = document.createElement("p");
    repair.className = "small muted";
    repair.textContent = finding.repair;
    return [reason, repair];
  }

  root.addEventListener("click", (event) => {
    const mode = event.target.closest("[data-mode]")?.dataset.mode;
    if (mode && editable) edit.mode(mode);
    else if (event.target.closest('[data-part="clear"]')) edit.clear();
    else if (event.target.closest('[data-part="close"]')) close();
  });
  select.addEventListener("change", () => {
    if (select.value) edit.level(Number(select.value));
    else edit.clear();
  });
  by.addEventListener("change", () => edit.by(key, by.value.trim()));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    by.blur();
    close();
  });

  function open({ take = false } = {}) {
    root.classList.add("is-open");
    document.documentElement.classList.add("has-cell-sheet");
    if (take) (editable ? buttons.find((one) => one.getAttribute("aria-pressed") === "true") || buttons[0] : part("name")).focus();
  }

  /** Out of the way of something more urgent; the focus stays where it is. */
  function hide() {
    root.classList.remove("is-open");
    document.documentElement.classList.remove("has-cell-sheet");
  }

  function close() {
    hide();
    onClose();
  }

  return { show, refresh, open, hide, isOpen: () => root.classList.contains("is-open") };
}
