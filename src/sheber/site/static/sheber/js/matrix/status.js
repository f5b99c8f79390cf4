// What the page says about itself: the word in the title block, the live line, the banner of refusals.

import { fill } from "./words.js";

const SHOWN_AFTER_MS = 700;

export function createStatus({ strings, locale, retry }) {
  const word = document.getElementById("matrix-saved");
  const line = document.getElementById("matrix-live");
  const banner = document.getElementById("matrix-refused");
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
  let last = word.textContent;
  let slow = 0;

  function said(text) {
    line.textContent = "";
    window.requestAnimationFrame(() => { line.textContent = text; });
  }

  function refuse(title, lines, { again = false } = {}) {
    banner.querySelector("[data-part=title]").textContent = title;
    banner.querySelector("[data-part=lines]").replaceChildren(...lines.map((text) => {
      const li = document.createElement("li");
      li.textContent = text;
      return li;
    }));
    banner.querySelector("[data-part=again]").hidden = !again;
    banner.hidden = false;
    banner.dataset.kind = again ? "save" : "paste";
  }

  function clear(kind) {
    if (!kind || banner.dataset.kind === kind) banner.hidden = true;
  }

  banner.addEventListener("click", (event) => {
    const name = event.target.closest("[data-part]")?.dataset.part;
    if (name === "again") retry();
    if (name === "close" || name === "again") clear();
  });

  function write(text, state) {
    word.textContent = text;
    word.dataset.state = state;
  }

  /** The state of saving; a quick save shows no flicker of "saving". */
  function saving(status, detail) {
    window.clearTimeout(slow);
    if (status === "saved") {
      if (detail) last = fill(strings.saved_at, { time: time.format(new Date(detail)) });
      write(last, status);
      clear("save");
    } else if (status === "saving" || status === "unsaved") {
      word.dataset.state = status;
      slow = window.setTimeout(() => write(strings.saving, status), SHOWN_AFTER_MS);
    } else {
      write(strings.not_saved, status);
      if (status === "waiting") refuse(strings.not_saved_title, [detail ? strings.server_error : strings.offline], { again: true });
      if (status === "signed_out") refuse(strings.not_saved_title, [strings.signed_out], { again: true });
      if (status === "refused") refuse(strings.not_saved_title, [detail.message || strings.refused], { again: true });
      if (status === "stale") clear();
    }
  }

  return { said, refuse, saving, clear };
}
