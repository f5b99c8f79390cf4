/* The palette: Ctrl/⌘ K, type, arrows, Enter. The server answers with a list of what the reader may see. */

const dialog = document.getElementById("palette");

if (dialog instanceof HTMLDialogElement) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let waiting = 0;
  let asked = null;
  let request = null;

  const items = () => [...list.querySelectorAll("[role=option]")];

  const choose = (item) => {
    for (const other of items()) other.setAttribute("aria-selected", String(other === item));
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const ask = async () => {
    const query = input.value.trim();
    if (query === asked) return;
    asked = query;
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${dialog.dataset.search}?q=${encodeURIComponent(query)}`, { signal: request.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
      choose(items()[0]);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  /** Enter may come before the answer to the last letter: then it means the first line of that answer. */
  const open = async (chosen) => {
    const fresh = input.value.trim() === asked;
    if (!fresh) {
      clearTimeout(waiting);
      await ask();
    }
    (fresh ? chosen : items()[0])?.click();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyK") {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    }
  });

  new MutationObserver(() => {
    if (!dialog.open) return;
    input.focus();
    input.select();
    asked = null;
    choose(items()[0]);
    ask();
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });

  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      /* a search field would take the first Escape to empty itself */
      event.preventDefault();
      dialog.close();
      return;
    }
    const all = items();
    const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(all[at]);
    }
  });
}
