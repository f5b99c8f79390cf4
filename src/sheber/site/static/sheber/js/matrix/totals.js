// The rows under the matrix. The server counts the same way (rules/matrix.py) and its figures win.

/** Totals of one item: how many courses introduce, teach, use it, and the highest level of T or U. */
export function countItems(entries, items) {
  const totals = new Map(items.map((item) => [item.code, { I: 0, T: 0, U: 0, planned: 0 }]));
  for (const [key, cell] of entries) {
    const total = totals.get(key.slice(key.lastIndexOf("~") + 1));
    if (!total) continue;
    total[cell.mode] += 1;
    if (cell.mode !== "I") total.planned = Math.max(total.planned, cell.level);
  }
  return totals;
}

/** Paint the totals and the number of items whose requirement is met. */
export function createTotals({ state, items, table, covered }) {
  const rows = Object.fromEntries([...table.tFoot.rows].map((row) => [row.dataset.total, row]));

  function write(td, text, classes) {
    if (td.textContent !== text) td.textContent = text;
    if (td.dataset.state !== classes) {
      td.classList.remove("none", "short", "fine");
      if (classes) td.classList.add(classes);
      td.dataset.state = classes;
    }
  }

  function paint(totals) {
    let met = 0;
    let asked = 0;
    items.forEach((item, column) => {
      const total = totals.get(item.code);
      for (const mode of ["I", "T", "U"]) {
        write(rows[mode].cells[column + 1], total[mode] ? String(total[mode]) : "–", total[mode] ? "" : "none");
      }
      const hasTarget = item.target !== null && item.target !== undefined;
      const fine = hasTarget && total.planned >= item.target;
      if (hasTarget && item.target > 0) {
        asked += 1;
        met += fine ? 1 : 0;
      }
      write(rows.planned.cells[column + 1], total.planned ? String(total.planned) : "–", hasTarget && !fine ? "short" : total.planned ? "" : "none");
      write(rows.required.cells[column + 1], hasTarget ? `${item.target} ${fine ? "✓" : "✕"}` : "–", hasTarget ? (fine ? "fine" : "short") : "none");
    });
    covered(met, asked);
  }

  return {
    recount: () => paint(countItems(state.entries(), items)),
    /** Figures counted by the server: {code: [I, T, U, planned]}. */
    fromServer(figures) {
      paint(new Map(items.map((item) => {
        const [I, T, U, planned] = figures[item.code];
        return [item.code, { I, T, U, planned }];
      })));
    },
  };
}
