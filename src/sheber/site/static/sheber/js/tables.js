/* Tables: space selects a row, Shift + space or Shift + click a range, the box in the head selects the page. */

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  const table = box.closest("table.table");
  if (!table) return;
  if (box.matches("thead input")) {
    for (const other of table.querySelectorAll("tbody input[type=checkbox]:not(:disabled)")) other.checked = box.checked;
  }
  mark(table);
});

function boxes(table) {
  return [...table.querySelectorAll("tbody input[type=checkbox]:not(:disabled)")];
}

function mark(table) {
  const all = boxes(table);
  for (const box of all) box.closest("tr").setAttribute("aria-selected", String(box.checked));
  const chosen = all.filter((box) => box.checked).length;
  const head = table.querySelector("thead input[type=checkbox]");
  if (head) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  table.dispatchEvent(new CustomEvent("sheber:selection", { bubbles: true, detail: { chosen } }));
}

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches("table.table tbody input[type=checkbox]")) return;
  const table = box.closest("table");
  if (event.shiftKey && last && table.contains(last)) {
    const all = boxes(table);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    mark(table);
  }
  last = box;
});

/* Enter on a row that has the focus opens its first link */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof HTMLTableRowElement) event.target.querySelector("a[href]")?.click();
});

/* a filter form sends itself when a choice changes; its button remains for those without scripts */
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-auto]");
  if (form) form.requestSubmit();
});
