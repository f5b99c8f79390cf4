// Ctrl+C and Ctrl+V over the chosen cells.

import { asText, planPaste } from "./paste.js";
import { keyOf } from "./state.js";
import { fill } from "./words.js";

const SHOWN_REFUSALS = 5;

export function listenClipboard({ table, focus, grid, items, state, strings, editable, refuse, said }) {
  const codes = items.map((item) => item.code);

  /** All refused cells in one message: where in the pasted block, where in the matrix, why. */
  function explain(refused) {
    const lines = refused.slice(0, SHOWN_REFUSALS).map((one) => fill(strings[`paste_${one.why}`], one) + (one.course && one.item ? ` (${one.course} × ${one.item})` : ""));
    if (refused.length > SHOWN_REFUSALS) lines.push(fill(strings.and_more, { n: refused.length - SHOWN_REFUSALS }));
    return lines;
  }

  document.addEventListener("copy", (event) => {
    if (!table.contains(document.activeElement) || !focus.here()) return;
    const { courses, columns } = focus.range();
    const block = courses.map((course) => columns.map((column) => state.get(keyOf(course, codes[column]))));
    event.clipboardData.setData("text/plain", asText(block));
    event.preventDefault();
    said(fill(strings.copied, { n: courses.length * columns.length }));
  });

  document.addEventListener("paste", (event) => {
    if (!table.contains(document.activeElement) || !focus.here()) return;
    event.preventDefault();
    if (!editable) return;
    const { courses, columns } = focus.range();
    const shown = grid.shownCourses();
    const plan = planPaste(event.clipboardData.getData("text/plain"), shown.slice(shown.indexOf(courses[0])), codes.slice(columns[0]));
    if (plan.refused) {
      refuse(strings.paste_refused, explain(plan.refused));
      return;
    }
    const n = state.change(plan.wanted.map(([course, item, cell]) => {
      const key = keyOf(course, item);
      return [key, cell && { ...cell, by: state.get(key)?.by || "" }];
    }), "pasted");
    said(fill(strings.pasted, { n }));
  });
}
