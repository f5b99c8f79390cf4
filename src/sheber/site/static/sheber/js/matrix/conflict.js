// Someone saved first (409): both versions side by side and three ways out. Nothing typed is dropped before one is chosen, and what a
// choice takes off the page comes back with undo.

import { sameCell, unpack } from "./state.js";
import { fill } from "./words.js";

/** What each of the two changed since the version both began with. All keys of `theirs` and `mine` are cells. */
export function compare({ base, mine, theirs }) {
  const keys = new Set([...base.keys(), ...mine.keys(), ...theirs.keys()]);
  const rows = [];
  for (const key of keys) {
    const [b, m, t] = [base.get(key) || null, mine.get(key) || null, theirs.get(key) || null];
    const [iChanged, theyChanged] = [!sameCell(b, m), !sameCell(b, t)];
    if (iChanged || theyChanged) rows.push({ key, base: b, mine: m, theirs: t, iChanged, theyChanged, clash: iChanged && theyChanged && !sameCell(m, t) });
  }
  return rows.sort((a, b) => Number(b.clash) - Number(a.clash) || a.key.localeCompare(b.key, "en"));
}

export function createConflict({ banner, state, strings, onSettled }) {
  const part = (name) => banner.querySelector(`[data-part="${name}"]`);
  const word = (cell) => (cell ? `${cell.mode}${cell.level}${cell.by ? ` · ${cell.by}` : ""}` : strings.empty_cell);
  const LIMIT = 40;

  function list(rows, before, after) {
    const ul = document.createElement("ul");
    for (const row of rows.slice(0, LIMIT)) {
      const li = document.createElement("li");
      const name = document.createElement("b");
      name.textContent = row.key.replace("~", " × ");
      const [old, now] = [document.createElement("del"), document.createElement("ins")];
      old.textContent = word(row[before]);
      now.textContent = word(row[after]);
      li.append(name, " ", old, " → ", now);
      if (row.clash) li.append(" ", fill(strings.changed_by_both));
      ul.append(li);
    }
    if (rows.length > LIMIT) {
      const li = document.createElement("li");
      li.textContent = fill(strings.and_more, { n: rows.length - LIMIT });
      ul.append(li);
    }
    if (!rows.length) {
      const li = document.createElement("li");
      li.textContent = strings.no_cells_changed;
      ul.append(li);
    }
    return ul;
  }

  function show(data) {
    const theirs = unpack(data.cells);
    // Asked again when a way is chosen: typing goes on while the banner stands.
    const now = () => {
      const mine = new Map(state.entries());
      const keys = new Set([...mine.keys(), ...theirs.keys(), ...state.unsaved()]);
      return compare({ base: new Map([...keys].map((key) => [key, state.confirmedCell(key)])), mine, theirs });
    };
    const rows = now();
    const clashes = rows.filter((row) => row.clash);
    part("title").textContent = data.by ? fill(strings.stale_title, { name: data.by, time: data.at }) : strings.stale_title_unknown;
    part("mine").replaceChildren(list(rows.filter((row) => row.iChanged), "base", "mine"));
    part("theirs").replaceChildren(list(rows.filter((row) => row.theyChanged), "base", "theirs"));
    part("clash").textContent = clashes.length ? fill(strings.clashes, { cells: clashes.map((row) => row.key.replace("~", " × ")).join(", ") }) : strings.no_clash;
    banner.hidden = false;
    banner.focus();

    const settle = (choose) => {
      const settled = now();
      state.confirmAll(data.cells);
      state.change(settled.map((row) => [row.key, choose(row)]), "merged");
      banner.hidden = true;
      banner.onclick = null;
      onSettled(data.edit_version);
    };
    banner.onclick = (event) => {
      const way = event.target.closest("[data-way]")?.dataset.way;
      if (way === "mine") settle((row) => row.mine);
      else if (way === "theirs") settle((row) => row.theirs);
      else if (way === "merge") settle((row) => (row.theyChanged ? row.theirs : row.mine));
    };
  }

  return { show };
}
