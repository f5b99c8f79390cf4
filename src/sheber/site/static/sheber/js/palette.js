/* The palette: Ctrl/⌘ K, type, arrows, Tab for one kind, Enter. The server answers with lines of what the reader may see; what was
   opened lately is kept in this browser, for this person only. */

const dialog = document.getElementById("palette");
const KEPT = "sheber_found";
const KEPT_MOST = 6;
const OF_PEOPLE = /^\/(people|students|evidence|privacy)\//;      // nobody's name stays in a browser

const kept = (person) => {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    if (found.person !== person || !Array.isArray(found.lines)) return [];
    return found.lines.filter((line) => typeof line.url === "string" && /^\/(?!\/)/.test(line.url)).slice(0, KEPT_MOST);
  } catch {
    return [];
  }
};

const keep = (person, lines) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ person, lines: lines.slice(0, KEPT_MOST) }));
  } catch { /* a browser that keeps nothing still searches */ }
};

if (dialog instanceof HTMLDialogElement) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const bar = dialog.querySelector(".palette-kinds");
  const said = dialog.querySelector("[role=status]");
  const { search, person, lately } = dialog.dataset;
  const icons = dialog.querySelector("use").getAttribute("href").split("#")[0];
  let waiting = 0;
  let asked = null;
  let request = null;
  let kind = "";
  let shown = "";

  if (JSON.stringify(kept(person)) === "[]") keep(person, []);   // what somebody else opened in this browser is forgotten

  const items = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const query = () => input.value.trim();
  const question = () => JSON.stringify([query(), kind]);

  const choose = (item) => {
    for (const other of items()) other.setAttribute("aria-selected", String(other === item));
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const sign = (name) => {
    const holder = document.createElement("template");
    const known = /^[a-z0-9-]+$/.test(name) ? name : "o-document-text";
    holder.innerHTML = `<svg class="${known.startsWith("o-") ? "icon" : "glyph"}" aria-hidden="true"><use href="${icons}#${known}"/></svg>`;
    return holder.content;
  };

  /** What was opened lately stands before the pages while nothing is typed. */
  const recent = () => {
    const lines = kept(person);
    if (!lines.length || query() || kind) return;
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", "found-lately");
    const heading = document.createElement("div");
    heading.className = "palette-group";
    heading.id = "found-lately";
    heading.textContent = lately;
    group.append(heading, ...lines.map((line, place) => {
      const item = document.createElement("a");
      item.className = "palette-item";
      item.id = `hit-lately-${place}`;
      item.href = line.url;
      item.tabIndex = -1;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      Object.assign(item.dataset, { title: line.title, note: line.note, icon: line.icon });
      const title = document.createElement("span");
      title.textContent = line.title;
      const note = document.createElement("span");
      note.className = "quiet tiny";
      note.textContent = line.note;
      item.append(sign(String(line.icon)), title, note);
      return item;
    }));
    list.prepend(group);
  };

  const ask = async () => {
    const wanted = question();
    if (wanted === asked) return;
    asked = wanted;
    request?.abort();
    request = new AbortController();
    try {
      const address = `${search}?${new URLSearchParams({ q: query(), ...(kind ? { kind } : {}) })}`;
      const answer = await fetch(address, { signal: request.signal, headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (!answer.ok || answer.redirected || wanted !== question()) {
        asked = asked === wanted ? null : asked;
        return;
      }
      const part = new DOMParser().parseFromString(text, "text/html");
      list.replaceChildren(...(part.querySelector("[data-lines]")?.childNodes ?? []));
      bar.replaceChildren(...(part.querySelector("[data-kinds]")?.childNodes ?? []));
      said.textContent = part.querySelector("[data-said]")?.textContent.trim() ?? "";
      shown = wanted;
      recent();
      choose(items()[0]);
    } catch (error) {
      if (error.name === "AbortError") return;
      asked = null;
      throw error;
    }
  };

  /** Enter may come before the answer to the last letter: then it means the first line of that answer. */
  const open = async (chosen) => {
    const fresh = question() === shown;
    if (!fresh) {
      clearTimeout(waiting);
      asked = null;
      await ask();
    }
    (fresh ? chosen : items()[0])?.click();
  };

  const narrow = (name) => {
    kind = name;
    clearTimeout(waiting);
    ask();
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
    kind = "";
    choose(items()[0]);
    ask();
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });

  bar.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-kind]");
    if (!chip) return;
    narrow(chip.dataset.kind);
    input.focus();
  });

  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option][data-title]");
    if (!item || OF_PEOPLE.test(item.getAttribute("href"))) return;
    const line = { url: item.getAttribute("href"), title: item.dataset.title, note: item.dataset.note, icon: item.dataset.icon };
    keep(person, [line, ...kept(person).filter((other) => other.url !== line.url)]);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      /* a search field would take the first Escape to empty itself */
      event.preventDefault();
      dialog.close();
      return;
    }
    const all = items();
    const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const chips = [...bar.querySelectorAll("[data-kind]")];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if ((event.key === "Home" || event.key === "End") && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      choose(all.at(event.key === "Home" ? 0 : -1));
    } else if (event.key === "Tab" && chips.length > 1) {
      event.preventDefault();
      const now = Math.max(chips.findIndex((chip) => chip.dataset.kind === kind), 0);
      narrow(chips[(now + (event.shiftKey ? -1 : 1) + chips.length) % chips.length].dataset.kind);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(all[at]);
    }
  });
} else {
  try {
    localStorage.removeItem(KEPT);                // nobody is signed in: what somebody opened is nobody's business
  } catch { /* kept nothing */ }
}
