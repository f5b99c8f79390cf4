// Which rows and marks are shown; the choice lives in the address, so it can be sent and comes back on reload.

export function createFilters({ form, table, grid, state, onChange }) {
  const names = ["term", "cycle", "show"];

  function read() {
    const data = new FormData(form);
    return Object.fromEntries(names.map((name) => [name, data.get(name) || ""]));
  }

  function apply() {
    const { term, cycle, show } = read();
    table.classList.toggle("only-taught", show === "taught");
    const taught = new Set();
    if (show === "taught") for (const [key, cell] of state.entries()) if (cell.mode === "T") taught.add(key.slice(0, key.lastIndexOf("~")));
    const shownTerms = new Set();
    for (const tr of table.tBodies[0].rows) {
      const course = tr.dataset.course;
      if (!course) continue;
      const fits = (!term || tr.dataset.term === term) && (!cycle || tr.dataset.cycle === cycle);
      const marked = show === "taught" ? taught.has(course) : show === "findings" ? Boolean(tr.querySelector(".bad, .warn")) : true;
      tr.hidden = !(fits && marked);
      if (!tr.hidden) shownTerms.add(tr.dataset.term);
    }
    for (const tr of table.tBodies[0].rows) if (!tr.dataset.course) tr.hidden = !shownTerms.has(tr.dataset.term);
    const nothing = document.getElementById("matrix-nothing");
    nothing.hidden = shownTerms.size > 0;
  }

  function keep() {
    const address = new URL(window.location.href);
    for (const [name, value] of Object.entries(read())) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    window.history.replaceState(null, "", address);
  }

  function changed() {
    apply();
    keep();
    onChange();
  }

  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (!button) return;
    form.elements.show.value = button.dataset.show;
    for (const one of form.querySelectorAll("[data-show]")) one.setAttribute("aria-pressed", String(one === button));
    changed();
  });

  return {
    apply,
    /** A cell asked for by its address must be seen. */
    clear() {
      form.elements.term.value = "";
      form.elements.cycle.value = "";
      form.querySelector('[data-show=""]').click();
    },
  };
}
